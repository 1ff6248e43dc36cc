"""A bank that takes whatever lies on the medium, keeps it, and knows what became of each transfer: no vault that is put back changes it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.exchange.zengin_reader import BankFile, read


@dataclass
class Received:
    """One transfer. ``answered``: the bank has said what became of it; ``back``: the money is the ward's again."""

    file: str
    account: str
    amount: int
    answered: bool = False
    back: bool = False


@dataclass
class Bank:
    """The worst case: a file is with the bank in the moment in which it lies whole on the medium."""

    medium: Path
    files: dict[str, bytes] = field(default_factory=dict)
    fetched: set[str] = field(default_factory=set)
    received: dict[str, Received] = field(default_factory=dict)

    def collect(self) -> list[BankFile]:
        """The files that are new. What was there is there still or was fetched, and no reference comes a second time in all its days."""
        there = {path.name: path.read_bytes() for path in sorted(self.medium.iterdir()) if path.suffix != ".part"}
        assert all(there.get(name) == data for name, data in self.files.items() if name not in self.fetched), (
            "a file was changed or removed"
        )
        assert not there.keys() & self.fetched, "a name comes a second time"
        new = []
        for name in sorted(there.keys() - self.files.keys()):
            file = read(there[name])
            assert int(file.trailer["total"]) == file.total and int(file.trailer["count"]) == file.count > 0
            for transfer in file.transfers:
                assert transfer["customer"] not in self.received, f"reference {transfer['customer']} comes twice"
                self.received[transfer["customer"]] = Received(name, transfer["number"], int(transfer["amount"]))
            new.append(file)
            self.files[name] = there[name]
        return new

    def fetch(self, name: str) -> None:
        """The medium is with the bank; who looks at the next one finds nothing."""
        (self.medium / name).unlink()
        self.fetched.add(name)

    def says(self, reference: str, lost: bool) -> bool:
        """Whether the transfer failed. Asked again, the bank says what it said; money that came back later has failed too."""
        transfer = self.received[reference]
        if not transfer.answered:
            transfer.answered, transfer.back = True, lost
        return transfer.back

    def sends_back(self, reference: str) -> None:
        """Money that was paid is the ward's again: returned, recalled or repaid."""
        transfer = self.received[reference]
        transfer.answered = transfer.back = True

    def with_the_payees(self) -> Counter[str]:
        """Account -> yen that are there."""
        found: Counter[str] = Counter()
        for transfer in self.received.values():
            if not transfer.back:
                found[transfer.account] += transfer.amount
        return found
