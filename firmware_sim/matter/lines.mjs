// What the device says, one JSON object a line.

export const say = (what) => process.stdout.write(`${JSON.stringify(what, readable)}\n`);

/** Return a copy of matter.js's values that JSON holds: bytes in hexadecimal, big numbers as numbers. */
export const plain = (value) => JSON.parse(JSON.stringify(value ?? null, readable));

/** Return what an error comes from: matter.js wraps the causes of an endpoint's failure twice. */
export const reasons = (error) => {
  const causes = [...(error?.errors ?? []), ...(error?.cause ? [error.cause] : [])];
  return causes.length > 0 ? causes.flatMap(reasons) : [String(error?.message ?? error)];
};

function readable(_key, value) {
  if (typeof value === "bigint") return Number(value);
  if (value?.type === "Buffer" && Array.isArray(value.data)) return Buffer.from(value.data).toString("hex");
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex");
  return value;
}
