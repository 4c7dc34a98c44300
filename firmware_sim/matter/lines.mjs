// What the device says, one JSON object a line.

export const say = (what) => process.stdout.write(`${JSON.stringify(what, readable)}\n`);

/** Return a copy of matter.js's values that JSON holds: bytes in hexadecimal, big numbers as numbers. */
export const plain = (value) => JSON.parse(JSON.stringify(value ?? null, readable));

function readable(_key, value) {
  if (typeof value === "bigint") return Number(value);
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex");
  return value;
}
