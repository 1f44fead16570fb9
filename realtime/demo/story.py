"""What happens in an acted session, second by second. The play itself is pure data and asyncio."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp
from av.video.frame import VideoFrame

from realtime.demo import pictures
from realtime.demo.actor import Actor, Credentials

Say = Callable[[str], None]
ASESOR_LOOK = pictures.Look("Ratna Prameswari", "#5c4a3c", "#2b211b", "#27544f", "#d8a47f")


@dataclass(frozen=True)
class Question:
    """One item of the ujian that is asked aloud, and what the asesi says."""

    butir: int
    answer: str


@dataclass(frozen=True)
class Story:
    """One session to act: its people, its length in seconds and what it marks."""

    title: str
    seconds: int
    asesi_look: pictures.Look
    kuk: Sequence[int]
    evidence: bytes
    with_screen: bool
    with_gap: bool
    ujian: str = ""
    questions: Sequence[Question] = ()


@dataclass(frozen=True)
class Stage:
    """Both people and their pictures."""

    asesi: Actor
    asesor: Actor
    asesi_pages: Sequence[VideoFrame]
    asesor_pages: Sequence[VideoFrame]
    screen_pages: Sequence[VideoFrame]


async def play(story: Story, asesi: Credentials, asesor: Credentials, say: Say) -> None:
    """Act ``story`` in real time; afterwards the session has ended and everybody has left."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http:
        stage = Stage(
            Actor(http, asesi),
            Actor(http, asesor),
            await asyncio.to_thread(pictures.person, story.asesi_look, story.seconds),
            await asyncio.to_thread(pictures.person, ASESOR_LOOK, story.seconds),
            await asyncio.to_thread(pictures.spreadsheet, story.seconds),
        )
        await stage.asesor.enter()
        await stage.asesi.enter()
        await stage.asesor.show("camera", stage.asesor_pages, 195)
        await stage.asesi.show("camera", stage.asesi_pages, 140)
        say(f"Merekam sesi contoh: {story.title} ({story.seconds} detik)")
        try:
            await _perform(_cues(story, stage), time.monotonic())
        finally:
            await stage.asesi.leave()
            await stage.asesor.leave()


Cue = tuple[float, Callable[[], Awaitable[object]]]


async def _perform(cues: Sequence[Cue], began: float) -> None:
    for at_s, act in sorted(cues, key=lambda cue: cue[0]):
        await asyncio.sleep(max(0.0, began + at_s - time.monotonic()))
        await act()


def _cues(story: Story, stage: Stage) -> list[Cue]:
    end = float(story.seconds)
    cues: list[Cue] = [*_agenda(story, stage), *_marks(story, stage), *_talk(story, stage)]
    cues += _questions(story, stage)
    cues += _evidence(story, stage)
    if story.with_screen:
        cues.append((end * 0.24, lambda: stage.asesi.show("screen", stage.screen_pages, None)))
        cues.append((end * 0.86, lambda: stage.asesi.hide("screen")))
    if story.with_gap:
        cues.append((end * 0.52, lambda: stage.asesi.hide("camera", broken=True)))
        cues.append((end * 0.61, lambda: stage.asesi.show("camera", stage.asesi_pages, 140)))
    cues.append((end, lambda: stage.asesor.say("session.end", {})))
    return cues


def _agenda(story: Story, stage: Stage) -> list[Cue]:
    steps = ("pembukaan", "identitas", "instruksi", "observasi", "pertanyaan", "bukti",
             "umpan_balik", "penutup")  # fmt: skip
    shares = (0.05, 0.12, 0.2, 0.64, 0.74, 0.84, 0.9, 0.96)

    def tick(step: str) -> Callable[[], Awaitable[int]]:
        return lambda: stage.asesor.say("agenda.tick", {"step": step, "done": True})

    return [(share * story.seconds, tick(step)) for share, step in zip(shares, steps, strict=True)]


def _marks(story: Story, stage: Stage) -> list[Cue]:
    def mark(kuk: int, value: str, note: str) -> Callable[[], Awaitable[int]]:
        return lambda: stage.asesor.say("mark", {"kuk": kuk, "value": value, "note": note})

    first, last = 0.22, 0.94
    step = (last - first) / max(1, len(story.kuk))
    cues: list[Cue] = []
    for number, kuk in enumerate(story.kuk):
        value, note = "ya", ""
        if number == len(story.kuk) // 2 and story.with_gap:
            value, note = "lanjut", "Sambungan putus saat menjelaskan; tanyakan lagi."
        cues.append(((first + number * step) * story.seconds, mark(kuk, value, note)))
    return cues


def _questions(story: Story, stage: Stage) -> list[Cue]:
    """Each is put, and its answer written down a little later; then the ujian is handed in."""

    def told(kind: str, **data: object) -> Callable[[], Awaitable[None]]:
        return lambda: stage.asesor.tell(story.ujian, kind, data)

    cues: list[Cue] = []
    for number, question in enumerate(story.questions):
        butir, share = question.butir, 0.66 + 0.04 * number
        cues += [
            (share * story.seconds, told("asked", butir=butir)),
            ((share + 0.02) * story.seconds, told("answer", butir=butir, value=question.answer)),
            ((share + 0.025) * story.seconds, told("result", butir=butir, value="ya")),
        ]
    if story.questions:
        cues.append((0.88 * story.seconds, told("finish")))
    return cues


def _talk(story: Story, stage: Stage) -> list[Cue]:
    def chat(who: Actor, text: str) -> Callable[[], Awaitable[int]]:
        return lambda: who.say("chat", {"text": text})

    end = story.seconds
    return [
        (end * 0.08, chat(stage.asesor, "Selamat pagi. Suara saya terdengar jelas?")),
        (end * 0.11, chat(stage.asesi, "Selamat pagi, Bu. Jelas sekali.")),
        (end * 0.33, lambda: stage.asesi.say("hand", {"raised": True})),
        (end * 0.4, lambda: stage.asesi.say("hand", {"raised": False})),
        (end * 0.68, chat(stage.asesi, "Maaf Bu, sinyal di sini tadi hilang sebentar."))
        if story.with_gap
        else (end * 0.68, chat(stage.asesi, "Berkasnya sudah saya kirim, Bu.")),
    ]


def _evidence(story: Story, stage: Stage) -> list[Cue]:
    name = "laporan-stok-oktober.png"

    async def send() -> None:
        await stage.asesi.hand_in(name, "image/png", story.evidence, story.kuk[:2])

    async def judge() -> None:
        received = await stage.asesor.wait_for("evidence.received")
        verdict = dict.fromkeys(("valid", "asli", "terkini", "memadai", "accepted"), True)
        data = {"evidence": received["data"]["evidence"], "kuk": list(story.kuk[:2]), "note": ""}
        await stage.asesor.say("evidence.judge", {**data, **verdict})

    return [(story.seconds * 0.46, send), (story.seconds * 0.8, judge)]
