/** An amount as English pages write it. */
export const written = (cents: number) =>
  `${cents < 0 ? "−" : ""}${(Math.abs(cents) / 100).toLocaleString("en", { minimumFractionDigits: 2 })}`;

/** So many days before today, in UTC. */
export const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
