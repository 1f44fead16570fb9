"""Is what a page shows really moving: counted frames and pictures that differ."""

from dataclasses import dataclass

from playwright.sync_api import Page

SAMPLE = """
async ({selector, samples, pause}) => {
  const hash = async (video) => {
    const canvas = document.createElement("canvas");
    canvas.width = 64; canvas.height = 36;
    const pen = canvas.getContext("2d", {willReadFrequently: true});
    pen.drawImage(video, 0, 0, 64, 36);
    let sum = 0;
    for (const byte of pen.getImageData(0, 0, 64, 36).data) sum = (sum * 31 + byte) >>> 0;
    return sum;
  };
  const videos = [...document.querySelectorAll(selector)];
  const read = (video) => video.getVideoPlaybackQuality().totalVideoFrames;
  const found = videos.map((video) => ({
    frames: -read(video), width: video.videoWidth, paused: video.paused, pictures: [],
    from: video.currentTime, to: 0,
  }));
  for (let i = 0; i < samples; i++) {
    for (const [n, video] of videos.entries()) {
      if (video.readyState >= 2) found[n].pictures.push(await hash(video));
    }
    await new Promise((done) => setTimeout(done, pause));
  }
  videos.forEach((video, n) => {
    found[n].frames += read(video);
    found[n].to = video.currentTime;
    found[n].width = video.videoWidth;
    found[n].pictures = new Set(found[n].pictures).size;
  });
  return found;
}
"""


@dataclass(frozen=True)
class Moving:
    """What one video element did while it was watched."""

    frames: int
    pictures: int
    width: int
    seconds: float

    @property
    def moves(self) -> bool:
        return self.frames >= 3 and self.pictures >= 2 and self.width > 0


def watch(page: Page, selector: str, *, samples: int = 6, pause_ms: int = 350) -> list[Moving]:
    """Look at every video that ``selector`` finds for ``samples`` * ``pause_ms`` milliseconds."""
    found = page.evaluate(SAMPLE, {"selector": selector, "samples": samples, "pause": pause_ms})
    return [
        Moving(one["frames"], one["pictures"], one["width"], one["to"] - one["from"])
        for one in found
    ]
