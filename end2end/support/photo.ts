import type { Page } from "@playwright/test";

/** A file as Playwright hands it to a file field. */
export interface Photo {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

const WIDTH = 320;
const HEIGHT = 240;

/**
 * A picture made up in the browser; every seed has one of its own. A grid of large patches, dark and light by the seed's
 * bits, with round shapes between them: what survives compression, and what tells one parrot from another.
 *
 * The canvas belongs to a blank page, so it works whatever the tested page allows and without its JavaScript.
 */
export async function photoOf(page: Page, seed: number, mimeType: "image/png" | "image/jpeg" = "image/png"): Promise<Photo> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("the page has no browser");
  const context = await browser.newContext();
  try {
    const blank = await context.newPage();
    const base64 = await blank.evaluate(draw, { seed, mimeType, width: WIDTH, height: HEIGHT });
    const extension = mimeType === "image/png" ? "png" : "jpg";
    return { name: `parrot-${seed}.${extension}`, mimeType, buffer: Buffer.from(base64, "base64") };
  } finally {
    await context.close();
  }
}

/** A text that pretends to be a photo. */
export function renamedText(): Photo {
  return { name: "beak.jpg", mimeType: "image/jpeg", buffer: Buffer.from("Polly wants a session.\n".repeat(200)) };
}

/** More bytes than a photo may have. */
export function tooLargePhoto(): Photo {
  return { name: "large.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(11 * 1024 * 1024, 7) };
}

/** Runs in the browser: paints the picture and encodes it. */
function draw({ seed, mimeType, width, height }: { seed: number; mimeType: string; width: number; height: number }): string {
  // Mulberry32: small, and the same everywhere.
  let state = (seed * 0x9e3779b1) >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const colour = () => `hsl(${Math.floor(random() * 360)} 60% ${random() < 0.5 ? 22 : 78}%)`;

  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const paint = canvas.getContext("2d");
  if (paint === null) throw new Error("the browser cannot paint");
  const columns = 4;
  const rows = 3;
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      paint.fillStyle = colour();
      paint.fillRect((column * width) / columns, (row * height) / rows, width / columns, height / rows);
    }
  }
  for (let spot = 0; spot < 4; spot++) {
    paint.fillStyle = colour();
    paint.beginPath();
    paint.arc(random() * width, random() * height, 30 + random() * 40, 0, 2 * Math.PI);
    paint.fill();
  }
  return canvas.toDataURL(mimeType, 0.8).split(",")[1] ?? "";
}
