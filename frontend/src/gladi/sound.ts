/** Sound made and given back: a test tone, an echo, and a voice for who has no microphone. */
const NOTES = [523.25, 659.25, 783.99];
const NOTE_S = 0.35;
const ECHO_S = 2;

/** Three rising notes; resolves when they are over. */
export async function playTone(): Promise<void> {
  const context = new AudioContext();
  await context.resume();
  const gain = new GainNode(context, { gain: 0.25 });
  gain.connect(context.destination);
  NOTES.forEach((frequency, index) => {
    const note = new OscillatorNode(context, { frequency, type: "triangle" });
    note.connect(gain);
    note.start(context.currentTime + index * NOTE_S);
    note.stop(context.currentTime + (index + 0.9) * NOTE_S);
  });
  await new Promise((resolve) => setTimeout(resolve, NOTES.length * NOTE_S * 1000));
  await context.close();
}

/** What comes back from the server, two seconds late, so that one hears what the others will hear. */
export class Echo {
  #context: AudioContext | null = null;

  begin(media: MediaStream): void {
    this.end();
    if (media.getAudioTracks().length === 0) return;
    this.#context = new AudioContext();
    const delay = new DelayNode(this.#context, { delayTime: ECHO_S, maxDelayTime: ECHO_S });
    this.#context.createMediaStreamSource(media).connect(delay).connect(this.#context.destination);
  }

  end(): void {
    void this.#context?.close();
    this.#context = null;
  }
}

/** A quiet tone in the place of a microphone: the line can be tried without one. */
export function standIn(): { readonly media: MediaStream; readonly end: () => void } {
  const context = new AudioContext();
  const note = new OscillatorNode(context, { frequency: 220 });
  const out = context.createMediaStreamDestination();
  note.connect(new GainNode(context, { gain: 0.02 })).connect(out);
  note.start();
  return { media: out.stream, end: () => void context.close() };
}
