; NSIS 3: makes kyufu-desktop-setup.exe from build\dist\kyufu-desktop (see kyufu-desktop.spec). Save as UTF-8 with BOM or call: makensis /INPUTCHARSET UTF8 installer\windows-installer.nsi
Unicode true
!include "MUI2.nsh"
Name "臨時給付金（区対応分）"
OutFile "..\build\kyufu-desktop-setup.exe"
InstallDir "$PROGRAMFILES64\kyufu-desktop"
RequestExecutionLevel admin
SetCompressor /SOLID lzma
!define REGISTRY "Software\Microsoft\Windows\CurrentVersion\Uninstall\kyufu-desktop"

!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "Japanese"

Section "プログラム"
  SetRegView 64
  SetOutPath "$INSTDIR"
  File /r "..\build\dist\kyufu-desktop\*.*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateDirectory "$SMPROGRAMS\臨時給付金"
  CreateShortcut "$SMPROGRAMS\臨時給付金\臨時給付金.lnk" "$INSTDIR\kyufu-desktop.exe"
  CreateShortcut "$SMPROGRAMS\臨時給付金\練習.lnk" "$INSTDIR\kyufu-desktop.exe" 'practice --folder "$LOCALAPPDATA\kyufu-desktop\practice"'
  WriteRegStr HKLM "${REGISTRY}" "DisplayName" "臨時給付金（区対応分）"
  WriteRegStr HKLM "${REGISTRY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  ; No crash dumps of this program: a dump would hold what was on the screen.
  WriteRegDWORD HKLM "Software\Microsoft\Windows\Windows Error Reporting\ExcludedApplications" "kyufu-desktop.exe" 1
  ExecWait '"$INSTDIR\kyufu-desktop.exe" --self-test' $0
  StrCmp $0 "0" +2
    MessageBox MB_ICONEXCLAMATION|MB_OK "点検で足りないものが見つかりました。$\r$\nまだ使わずに、担当に知らせてください。"
SectionEnd

Section "Uninstall"
  SetRegView 64
  ; The vault lies in the person's own folder and is never removed here.
  RMDir /r "$INSTDIR"
  RMDir /r "$SMPROGRAMS\臨時給付金"
  DeleteRegKey HKLM "${REGISTRY}"
SectionEnd
