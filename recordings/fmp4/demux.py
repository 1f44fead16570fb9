"""A recorder's MP4 (Safari), read by FFmpeg: H.264 as it is, sound as Opus.

Safari may write AAC, which no segment of ours can carry beside others in one player; it alone is
encoded anew. The picture never is.
"""

import io

import av
import numpy as np
from numpy.typing import NDArray

from recordings.container import Audio
from recordings.webm import avc
from recordings.webm.demux import MAX_FRAMES, Demuxed, DemuxError
from recordings.webm.frame import Frame

OPUS_RATE, OPUS_SAMPLES, BIT_RATE = 48_000, 960, 32_000


def demux(data: bytes) -> Demuxed:
    """Frames of the first H.264 and the first sound track; ``DemuxError`` when there is none."""
    try:
        with av.open(io.BytesIO(data), "r", format="mov") as container:
            found, damaged = _packets(container)
            return _sorted(container, found, damaged)
    except (av.error.FFmpegError, ValueError, IndexError, EOFError) as error:
        raise DemuxError(f"mp4: {type(error).__name__}") from error


def _packets(
    container: av.container.InputContainer,
) -> tuple[dict[int, list["av.Packet[av.stream.Stream]"]], bool]:
    found: dict[int, list[av.Packet[av.stream.Stream]]] = {}
    count = 0
    try:
        for packet in container.demux():
            if packet.pts is not None and packet.size:
                found.setdefault(packet.stream.index, []).append(packet)
                count += 1
            if count >= MAX_FRAMES:
                return found, True
    except av.error.FFmpegError:
        return found, True
    return found, False


def _sorted(
    container: av.container.InputContainer,
    found: dict[int, list["av.Packet[av.stream.Stream]"]],
    damaged: bool,
) -> Demuxed:
    video, audio, frames = None, None, []
    for stream in container.streams.video:
        packets = found.get(stream.index, [])
        if _codec(stream) != "h264" or not packets or video is not None:
            continue
        pictures = [Frame(True, _ms(p), p.is_keyframe, bytes(p)) for p in packets]
        private = bytes(stream.codec_context.extradata or b"")
        size = stream.codec_context
        video, pictures = avc.normalised(private, pictures, size.width, size.height)
        frames += pictures
    for sound in container.streams.audio:
        packets = found.get(sound.index, [])
        if _codec(sound) and packets and audio is None:
            heard = _opus(sound, packets)
            if heard:
                audio = Audio(2)
                frames += heard
    if not frames:
        raise DemuxError("mp4: no frame")
    frames.sort(key=lambda frame: (frame.pts_ms, not frame.video))
    return Demuxed(video, audio, tuple(frames), damaged)


def _codec(stream: av.stream.Stream) -> str:
    """Empty for a codec that FFmpeg does not know: PyAV gives no context then."""
    return str(getattr(stream.codec_context, "name", ""))


def _ms(packet: "av.Packet[av.stream.Stream]") -> float:
    return max(0.0, float((packet.pts or 0) * packet.time_base) * 1000)


def _opus(stream: av.AudioStream, packets: list["av.Packet[av.stream.Stream]"]) -> list[Frame]:
    if _codec(stream) == "opus":
        return [Frame(False, _ms(packet), True, bytes(packet)) for packet in packets]
    encoder = av.AudioCodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = OPUS_RATE, "stereo", "s16"
    encoder.bit_rate = BIT_RATE
    even = av.AudioResampler(format="s16", layout="stereo", rate=OPUS_RATE)
    start_ms = _ms(packets[0])
    parts: list[NDArray[np.int16]] = []
    for packet in packets:
        try:
            decoded = packet.decode()
        except av.error.FFmpegError:
            continue
        for frame in decoded:
            if isinstance(frame, av.AudioFrame):
                parts += [out.to_ndarray().astype(np.int16) for out in even.resample(frame)]
    if not parts:
        return []
    wave = np.concatenate(parts, axis=1)
    frames: list[Frame] = []
    step = OPUS_SAMPLES * 2
    for at in range(0, wave.shape[1] - step + 1, step):
        part = np.ascontiguousarray(wave[:, at : at + step])
        made = av.AudioFrame.from_ndarray(part, format="s16", layout="stereo")
        made.sample_rate = OPUS_RATE
        frames += [
            Frame(False, start_ms + 20.0 * len(frames), True, bytes(packet))
            for packet in encoder.encode(made)
        ]
    return frames
