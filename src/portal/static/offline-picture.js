// Finds the codes in a picture: with what the browser has, else with the decoder that came with the page.

const FORMATS = ["qr_code"];

let detector;

async function native() {
  if (detector === undefined) {
    try {
      const known = await BarcodeDetector.getSupportedFormats();
      detector = known.includes("qr_code") ? new BarcodeDetector({ formats: FORMATS }) : null;
    } catch {
      detector = null;
    }
  }
  return detector;
}

/** Draws part of a picture at a size. */
function drawn(source, [x, y, width, height], scale) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, x, y, width, height, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** The text of the code in a picture or a video's frame, or nothing. `thorough`: also by parts, where it is one picture. */
export async function textIn(source, decoder, thorough) {
  const width = source.videoWidth || source.width;
  const height = source.videoHeight || source.height;
  if (!width || !height) return null;
  const own = await native();
  if (own) {
    const found = await own.detect(source).catch(() => []);
    const texts = found.map((one) => one.rawValue).sort((one, other) => other.length - one.length);
    if (texts.length > 0) return texts[0];
    if (!thorough) return null;
  }
  const { decodeQR } = await import(decoder);
  for (const [part, most] of parts(width, height, thorough)) {
    const scale = Math.min(2, most / Math.max(part[2], part[3]));
    try {
      return decodeQR(drawn(source, part, scale));
    } catch {
      // None in this part: the next.
    }
  }
  return null;
}

/** The whole at two sizes, then overlapping quarters: a code on a large sheet is small. */
function parts(width, height, thorough) {
  const whole = [0, 0, width, height];
  if (!thorough) return [[whole, 1000]];
  const [half, tall] = [width * 0.6, height * 0.6];
  const corners = [[0, 0], [width - half, 0], [0, height - tall], [width - half, height - tall], [width * 0.2, height * 0.2]];
  return [[whole, 1400], [whole, 2800], ...corners.map(([x, y]) => [[x, y, half, tall], 1600])];
}
