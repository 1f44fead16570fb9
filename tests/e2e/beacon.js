({ BITS, FLASH, FIRST, STEP, TONES }) => {
  const beacon = { number: null };
  window.__beacon = beacon;
  let made = null;
  const make = async () => {
    const audio = new AudioContext({ sampleRate: 48000, latencyHint: "interactive" });
    await audio.resume();
    const out = audio.createMediaStreamDestination();
    const gain = audio.createGain();
    const tone = audio.createOscillator();
    gain.gain.value = 0;
    tone.connect(gain).connect(out);
    tone.start();
    let next = Math.ceil(audio.currentTime + 0.2);
    const canvas = document.createElement("canvas");
    canvas.width = 640; canvas.height = 360;
    const pen = canvas.getContext("2d");
    const tick = () => {
      const now = audio.currentTime;
      while (next < now + 1.5) {
        tone.frequency.setValueAtTime(FIRST + STEP * (next % TONES), next - 0.01);
        gain.gain.setValueAtTime(0.6, next);
        gain.gain.setValueAtTime(0, next + FLASH);
        next += 1;
      }
      const number = Math.floor(now);
      beacon.number = number;
      pen.fillStyle = now - number < FLASH ? "#fff" : "#222";
      pen.fillRect(0, 0, 640, 240);
      for (let bit = 0; bit < BITS; bit++) {
        pen.fillStyle = (number >> bit) & 1 ? "#fff" : "#000";
        pen.fillRect(bit * 64, 240, 64, 120);
      }
    };
    tick();
    // A worker's timer runs on in a page that nobody looks at.
    const clock = new Worker(URL.createObjectURL(new Blob(
      ["setInterval(() => postMessage(0), 25)"], { type: "text/javascript" })));
    clock.onmessage = tick;
    return new MediaStream([...canvas.captureStream(30).getVideoTracks(),
                            ...out.stream.getAudioTracks()]);
  };
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    made ??= make();
    const all = (await made).getTracks();
    return new MediaStream(all.filter((t) => wanted[t.kind]).map((t) => t.clone()));
  };
}
