"""A session with everything it stands on: skema, permohonan, jadwal and the people in it."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ajj.applications.models import Permohonan
from ajj.live import services
from ajj.live.models import ConsentText, Session
from ajj.live.ops import Ack, Op, Reject
from ajj.people.models import AsesorProfile, Role, RoleGrant, User
from ajj.scheduling.models import Jadwal, Penugasan
from ajj.skema.models import Elemen, Kuk, Skema, SkemaUnit, Standar, UnitKompetensi

START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def person(name: str, *roles: Role) -> User:
    """An active user with ``roles``; the address is unique."""
    user = User(email=f"{uuid.uuid4().hex}@ajj.test", name=name)
    user.set_unusable_password()
    user.save()
    for role in roles:
        RoleGrant.objects.create(user=user, role=role)
    if Role.ASESOR in roles:
        AsesorProfile.objects.create(user=user, met=f"MET.000.{user.pk:06d}.2024")
    return user


def skema_of(units: int = 2, elemen: int = 2, kuk: int = 2) -> Skema:
    """A skema with ``units`` x ``elemen`` x ``kuk`` criteria."""
    key = uuid.uuid4().hex[:12]
    standar = Standar.objects.create(jenis="SKKNI", nomor=key, tahun=2024, judul="Bidang contoh")
    skema = Skema.objects.create(
        kunci=key, nomor=f"SKM/{key}", judul="Pengelola Konten", jenis="Klaster", standar=standar
    )
    for u in range(1, units + 1):
        unit = UnitKompetensi.objects.create(
            standar=standar, kode=f"J.{key}.{u:03d}.01", judul=f"Mengerjakan bagian {u}"
        )
        SkemaUnit.objects.create(skema=skema, unit=unit, order=u)
        for e in range(1, elemen + 1):
            row = Elemen.objects.create(unit=unit, no=e, judul=f"Elemen {e}")
            for k in range(1, kuk + 1):
                Kuk.objects.create(elemen=row, no=f"{e}.{k}", urutan=k, teks=f"Kriteria {e}.{k}")
    return skema


def kuk_of(skema: Skema) -> list[int]:
    """The pks of every KUK of ``skema``, in order."""
    return list(
        Kuk.objects.filter(elemen__unit__skema_units__skema=skema)
        .order_by("elemen__unit__skema_units__order", "elemen__no", "urutan")
        .values_list("pk", flat=True)
    )


@dataclass
class Room:
    """One session and its people; ``at`` turns seconds after the start into a moment."""

    session: Session
    skema: Skema
    permohonan: Permohonan
    asesi: User
    asesor: User
    pendamping: User
    pengamat: User
    admin: User
    komite: User
    stranger: User
    kuk: list[int] = field(default_factory=list)

    @property
    def id(self) -> uuid.UUID:
        return self.session.pk

    def at(self, seconds: float = 0) -> datetime:
        return self.session.jadwal.starts_at + timedelta(seconds=seconds)

    def fresh(self) -> Session:
        return Session.objects.get(pk=self.session.pk)

    def enter(self, user: User, connection: str = "", seconds: float = 0) -> str:
        """Consent and join; the connection's id."""
        connection = connection or uuid.uuid4().hex
        text = ConsentText.objects.first()
        assert text is not None
        services.admit(self.id, user=user, consent_version=text.version, now=self.at(seconds))
        services.join(self.id, user=user, connection=connection, now=self.at(seconds))
        return connection

    def agree(self, seconds: float = 2) -> "Room":
        """FR.AK.01 proposed by the asesor and signed by both, in this session."""
        plan = {
            "bukti": ["observasi", "lisan"],
            "hari": "2026-03-04",
            "waktu": "09.00 WIB",
            "tuk": "Sewaktu, Asesmen Jarak Jauh",
        }
        self.do(self.asesor, "ak01.propose", plan, seconds=seconds)
        self.do(self.asesor, "ak01.sign", seconds=seconds)
        self.do(self.asesi, "ak01.sign", seconds=seconds)
        return self

    def op(
        self, user: User, kind: str, data: dict[str, Any] | None = None, *, seconds: float = 5
    ) -> Ack | Reject:
        """A new command of ``user``; its answer."""
        command = Op(uuid.uuid4().hex, kind, data or {})
        return services.perform(self.id, user=user, op=command, now=self.at(seconds))

    def do(
        self, user: User, kind: str, data: dict[str, Any] | None = None, *, seconds: float = 5
    ) -> int:
        """A command that must succeed; the seq of its entry."""
        answer = self.op(user, kind, data, seconds=seconds)
        assert isinstance(answer, Ack), answer
        return answer.seq

    def go_live(self) -> "Room":
        """Asesi and asesor are both in."""
        self.enter(self.asesi, "asesi-1", 0)
        self.enter(self.asesor, "asesor-1", 1)
        return self


def room(
    kind: str = "asesmen",
    *,
    starts_at: datetime = START,
    minutes: int = 90,
    permohonan: Permohonan | None = None,
    admission: str = "on_arrival",
) -> Room:
    """A scheduled session of ``kind`` with one person in every part."""
    asesi = permohonan.asesi if permohonan else person("Ayu Lestari", Role.ASESI)
    skema = permohonan.skema if permohonan else skema_of()
    permohonan = permohonan or Permohonan.objects.create(
        nomor=uuid.uuid4().hex[:16],
        asesi=asesi,
        skema=skema,
        state="apl02_verified",
        created_at=starts_at,
        changed_at=starts_at,
    )
    jadwal = Jadwal.objects.create(
        permohonan=permohonan,
        kind=kind,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        admission=admission,
        created_at=starts_at,
    )
    asesor = person("Bambang Wiratno", Role.ASESOR)
    pendamping = person("Citra Dewanti", Role.ASESOR)
    pengamat = person("Dodi Saputra", Role.MANAJER)
    for user, role in (
        (asesor, "asesor"),
        (pendamping, "asesor_pendamping"),
        (pengamat, "pengamat"),
    ):
        Penugasan.objects.create(jadwal=jadwal, user=user, role=role)
    return Room(
        session=services.create_for(jadwal.pk),
        skema=skema,
        permohonan=permohonan,
        asesi=asesi,
        asesor=asesor,
        pendamping=pendamping,
        pengamat=pengamat,
        admin=person("Eka Admin", Role.ADMIN),
        komite=person("Fajar Komite", Role.KOMITE),
        stranger=person("Orang Lain", Role.ASESI),
        kuk=kuk_of(skema),
    )
