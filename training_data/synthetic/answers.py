"""Person tables about what follows learning: certificates, nominations, answers to suggestions."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from training_data.synthetic.arrow import blank, same, table, words
from training_data.synthetic.catalogue import trainings
from training_data.synthetic.draws import Integers
from training_data.synthetic.evidence import Evidence
from training_data.synthetic.lives import COMPLETED, REGISTERED, YEARS
from training_data.synthetic.people import Days
from training_data.synthetic.posts import posts
from training_data.synthetic.standards import CLINICAL, PRACTICE

_STATUS = ("selesai", "diusulkan", "diverifikasi", "dipanggil", "cadangan", "batal")
_REASONS = ("Kesenjangan kompetensi pada jabatan", "Usulan pegawai", "Kewajiban jabatan")
_WHY_NOT = ("beban_kerja", "sudah_dikuasai", "jadwal", "tidak_sesuai_tugas")


class Answers:
    """Makes the tables of one shard of people that answer trainings and suggestions."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.lives = evidence.lives
        self.people = evidence.people
        self.draws = self.people.draws

    def certifications(self) -> pa.Table:
        """Return certificates held: from certified courses, and licences to practise."""
        taken, known, every = self.lives.taken, self.lives.catalogue, trainings()
        here = np.flatnonzero((taken.status == COMPLETED) & (known.repeat[taken.training] > 0))
        issued = self.evidence.day[here]
        lasts = (known.repeat[taken.training[here]] * 30.44).astype("timedelta64[D]")
        number = (self.draws.uniform("certificate")[taken.person[here]] * 999_999).astype(int)
        course = table(
            "certifications",
            {
                "employee_id": self.evidence.of(taken.person[here]),
                "name": words([t.title for t in every], taken.training[here]),
                "issued_on": issued,
                "number": [f"SK-{n:06d}" for n in number.tolist()],
                "issuer": words([t.provider for t in every], taken.training[here]),
                "expires_on": issued + lasts,
            },
        )
        clinical = np.array([post.line in CLINICAL for post in posts()])
        teacher = np.array([post.line.startswith("Guru") for post in posts()])
        licence = self._licence(PRACTICE, clinical, "Konsil Kesehatan Indonesia", 0.96, 5)
        diploma = self._licence(
            "Sertifikat Pendidik", teacher, "Perguruan tinggi penyelenggara", 0.78, 0
        )
        return pa.concat_tables([course, licence, diploma])

    def _licence(
        self, name: str, whose: np.ndarray, issuer: str, share: float, years: int
    ) -> pa.Table:
        """Return one licence of some posts; ``years`` 0 means that it never expires."""
        people = self.people
        has = whose[people.post] & self.draws.chance(name, share)
        has &= (people.service > 2) | (years > 0)
        rows = np.flatnonzero(has)
        # A licence in force is younger than its term; a few have run out unnoticed.
        oldest = np.minimum(1.02 * years, people.service + 1) if years else people.service - 1
        back = (oldest * 365)[rows] * self.draws.uniform(f"{name} day")[rows]
        issued = people.frame.today - back.astype("timedelta64[D]")
        return table(
            "certifications",
            {
                "employee_id": self.evidence.of(rows),
                "name": same(name, rows),
                "issued_on": issued,
                "issuer": same(issuer, rows),
                "expires_on": blank(
                    issued + np.timedelta64(365 * max(years, 1), "D"),
                    np.full(len(rows), years == 0),
                ),
            },
        )

    def nominations(self, coming: dict[int, str]) -> pa.Table:
        """Return who was proposed for sessions: those attended, and some to come.

        Parameters:
            coming: place of a training → code of its next session.
        """
        taken, evidence = self.lives.taken, self.evidence
        past = np.flatnonzero(evidence.session >= 0)
        asked: Days = np.asarray(evidence.started[past] - np.timedelta64(30, "D"))
        attended = self._nominated(
            taken.person[past], evidence.session_codes, evidence.session[past],
            np.zeros(len(past), dtype=np.int64), asked,
        )  # fmt: skip
        waiting = np.flatnonzero(taken.status == REGISTERED)
        number = {place: order for order, place in enumerate(coming)}
        session = np.array(
            [number.get(t, -1) for t in taken.training[waiting].tolist()], dtype=np.int64
        )
        waiting, session = waiting[session >= 0], session[session >= 0]
        person = taken.person[waiting]
        status = 1 + np.digitize(self.draws.uniform("nominated")[person], (0.3, 0.5, 0.75, 0.92))
        proposed = self._nominated(
            person, list(coming.values()), session, status.astype(np.int64), taken.day[waiting]
        )
        return pa.concat_tables([attended, proposed])

    def _nominated(
        self, person: Integers, codes: list[str], session: Integers, status: Integers, day: Days
    ) -> pa.Table:
        people = self.people
        units = people.frame.organisation.units
        office = people.frame.organisation.office_of[people.unit[person]]
        day = np.minimum(day, people.frame.today - np.timedelta64(1, "D"))
        number = people.numbers[person]
        letters = [
            f"{100 + n % 800}/PK.03/{str(d)[:4]}"
            for n, d in zip(number.tolist(), day.tolist(), strict=True)
        ]
        return table(
            "nominations",
            {
                "employee_id": self.evidence.of(person),
                "session_code": words(codes or [""], session),
                "status": words(_STATUS, status),
                "proposed_by": words([_proposer(unit.name) for unit in units], office),
                "decided_by": blank(same("BPSDM Provinsi DKI Jakarta", person), status == 1),
                "letter_no": pa.array(letters, type=pa.string()),
                "reason": words(_REASONS, number % 3),
                "at": day,
            },
        )

    def feedback(self) -> pa.Table:
        """Return what some people answered to suggestions in the last months."""
        people = self.people
        rows = np.flatnonzero(self.draws.chance("answers", 0.22) & (people.service > 1))
        draws = self.draws.of(rows)
        pool, wish = self.lives.utilities(YEARS - 1, rows, self.lives.levels[-1])
        luck = 2.0 * draws.gumbels("seen", pool.shape[1])
        seen = np.argsort(-(wish + luck), axis=1, kind="stable")[:, :3]
        item = np.take_along_axis(pool, seen, axis=1)
        want = np.take_along_axis(wish, seen, axis=1)
        turn = draws.grid("answer", 3)
        # Above a threshold of liking people say yes; it is not a straight line.
        yes = want + 1.2 * np.log(turn / (1 - turn)) > 3.2
        action = np.where(yes, 0, np.where(turn < 0.35, 2, np.where(turn < 0.5, 1, 3)))
        place, column = np.nonzero(np.isfinite(want))
        days = 3 + np.floor(170 * draws.grid("answered", 3)[place, column])
        said, why = action[place, column], (turn[place, column] * 3.99).astype(int)
        return table(
            "feedback",
            {
                "employee_id": self.evidence.of(rows[place]),
                "kind": same("training", place),
                "item_code": words(self.evidence.codes, item[place, column]),
                "at": people.frame.today - days.astype("timedelta64[D]"),
                "action": words(("accepted", "postponed", "declined", "opened"), said),
                "reason_code": blank(words(_WHY_NOT, why), (said == 0) | (said == 3)),
            },
        )


def _proposer(office: str) -> str:
    """Return who signs for an office."""
    if office == "Sekretariat Daerah":
        return "Sekretaris Daerah"
    if office == "Inspektorat":
        return "Inspektur"
    if office.startswith("Kota"):
        return f"Sekretaris {office}"
    return f"Kepala {office}"
