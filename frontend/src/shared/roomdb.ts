/**
 * What a room keeps on this device: commands on their way, clock readings, and what it takes to open
 * the room without a network. IndexedDB; everything of a person goes when they leave or log out.
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Reading } from "./moments.ts";
import type { Op, OpStore } from "./opqueue.ts";

/** Whose room it is. */
export interface Owner {
  readonly session: string;
  readonly user: string;
}

interface KeptOp extends Op {
  readonly room: string;
}

interface Schema extends DBSchema {
  ops: { key: string; value: KeptOp; indexes: { room: string } };
  readings: { key: [number, number]; value: Reading };
  numbers: { key: string; value: number };
  device: { key: string; value: string };
  rooms: { key: string; value: unknown };
}

const NAME = "ajj-room";
const READINGS_MS = 12 * 3600 * 1000;

function roomOf({ session, user }: Owner): string {
  return `${session}:${user}`;
}

export class RoomDb {
  private constructor(
    private readonly db: IDBPDatabase<Schema>,
    readonly device: string,
    /** The number of this page among all that this device has opened. */
    readonly life: number,
  ) {}

  /** Rejects where the browser has no IndexedDB to offer. */
  static async open(): Promise<RoomDb> {
    const db = await openDB<Schema>(NAME, 1, {
      upgrade(fresh) {
        fresh.createObjectStore("ops", { keyPath: "id" }).createIndex("room", "room");
        fresh.createObjectStore("readings", { keyPath: ["life", "perf"] });
        fresh.createObjectStore("numbers");
        fresh.createObjectStore("device");
        fresh.createObjectStore("rooms");
      },
    });
    const opening = db.transaction(["numbers", "device"], "readwrite");
    const device = (await opening.objectStore("device").get("id")) ?? crypto.randomUUID();
    await opening.objectStore("device").put(device, "id");
    const life = ((await opening.objectStore("numbers").get("life")) ?? 0) + 1;
    await opening.objectStore("numbers").put(life, "life");
    await opening.done;
    return new RoomDb(db, device, life);
  }

  /** The ops of one room. */
  ops(owner: Owner): OpStore & { load(): Promise<Op[]> } {
    const room = roomOf(owner);
    const { db } = this;
    return {
      load: async () => (await db.getAllFromIndex("ops", "room", room)).sort((a, b) => (a.n ?? 0) - (b.n ?? 0)),
      async add(op) {
        const writing = db.transaction(["ops", "numbers"], "readwrite", { durability: "strict" });
        const key = `op:${room}`;
        const n = ((await writing.objectStore("numbers").get(key)) ?? 0) + 1;
        await writing.objectStore("numbers").put(n, key);
        await writing.objectStore("ops").put({ ...op, n, room });
        await writing.done;
        return n;
      },
      async put(op) {
        const writing = db.transaction("ops", "readwrite", { durability: "strict" });
        await Promise.all([writing.store.put({ ...op, room }), writing.done]);
      },
      remove: (id) => db.delete("ops", id),
    };
  }

  async note(reading: Reading): Promise<void> {
    await this.db.put("readings", reading);
  }

  /** What earlier pages measured, oldest first; drops what is half a day old. */
  async readings(): Promise<Reading[]> {
    const all = await this.db.getAll("readings");
    const latest = Math.max(0, ...all.map(({ epoch }) => epoch));
    const old = all.filter(({ epoch }) => epoch < latest - READINGS_MS);
    for (const { life, perf } of old) void this.db.delete("readings", [life, perf]);
    return all.filter(({ epoch }) => epoch >= latest - READINGS_MS);
  }

  keepRoom(owner: Owner, value: unknown): Promise<unknown> {
    return this.db.put("rooms", value, roomOf(owner));
  }

  room(owner: Owner): Promise<unknown> {
    return this.db.get("rooms", roomOf(owner));
  }

  /** Forgets the room; ops that the server has not answered stay until they are sent. */
  async forgetRoom(owner: Owner): Promise<void> {
    await this.db.delete("rooms", roomOf(owner));
  }
}

/** Forgets every kept room of this device. */
export async function forgetRooms(): Promise<void> {
  const db = await openDB<Schema>(NAME);
  if (db.objectStoreNames.contains("rooms")) await db.clear("rooms");
  db.close();
}
