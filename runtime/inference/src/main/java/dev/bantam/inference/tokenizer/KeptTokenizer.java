package dev.bantam.inference.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.inference.session.FileIdentity;
import dev.bantam.inference.session.KeptFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tokenizer as it was made ready by an earlier process. A young JVM takes a quarter of a second
 * of processor time to read SmolLM2's {@code tokenizer.json} through and to change it; this is read
 * as it stands.
 *
 * <p>The file begins with a mark and the CRC-32 of the rest. Then come added tokens, what each
 * token stands for ({@link TokenPieces}), and, to the end, what the native library is to have. One
 * that is not whole, or of another Bantam, is as none: the tokenizer is only made ready again.
 */
final class KeptTokenizer {

  private static final Logger LOG = LoggerFactory.getLogger(KeptTokenizer.class);

  /** Counts up when something else is made of the same {@code tokenizer.json}. */
  private static final int VERSION = 1;

  /** "BTOK" and the version. */
  private static final long MARK = 0x42544F4B_00000000L + VERSION;

  private static final String SUFFIX = ".tokenizer";

  /** The model before, to which a slot may go back. Of a large vocabulary one is 20 MB. */
  private static final int OTHERS_KEPT = 1;

  private static final int HEAD_BYTES = 2 * Long.BYTES;
  private static final int BUFFER_BYTES = 1 << 16;

  private final KeptFile file;

  private KeptTokenizer(KeptFile file) {
    this.file = file;
  }

  /**
   * Where a tokenizer is kept.
   *
   * @param tokenizerJson what it is made of
   * @param cache where a model keeps what it has computed
   */
  static KeptTokenizer of(FileIdentity tokenizerJson, Path cache) {
    return new KeptTokenizer(
        KeptFile.of(
            cache.resolve("tokenizers"),
            "%s %d %s"
                .formatted(tokenizerJson.path(), tokenizerJson.size(), tokenizerJson.modified()),
            SUFFIX,
            OTHERS_KEPT));
  }

  /**
   * All that a tokenizer is made of, beside the library's own.
   *
   * @param addedTokens as {@code tokenizer.json} has them
   */
  record Parts(JsonNode addedTokens, TokenPieces pieces, boolean spaceInFront) {

    DjlTokenizer with(HuggingFaceTokenizer library) {
      return new DjlTokenizer(library, AddedTokens.of(addedTokens), pieces, spaceInFront);
    }
  }

  /** The tokenizer, if it is kept. */
  Optional<Tokenizer> read() {
    if (!Files.exists(file.path())) {
      return Optional.empty();
    }
    try (InputStream raw =
        new BufferedInputStream(Files.newInputStream(file.path()), BUFFER_BYTES)) {
      DataInputStream in = new DataInputStream(raw);
      if (in.readLong() != MARK || in.readLong() != checksum()) {
        LOG.debug("the kept tokenizer {} is not whole", file.path());
        return Optional.empty();
      }
      return Optional.of(read(in));
    } catch (IOException | RuntimeException e) {
      LOG.debug("the kept tokenizer {} is of no use: {}", file.path(), e.toString());
      return Optional.empty();
    }
  }

  /** Before anything is made of it: the native library trusts its vocabulary. */
  private long checksum() throws IOException {
    CRC32 checksum = new CRC32();
    try (InputStream raw = Files.newInputStream(file.path())) {
      raw.skipNBytes(HEAD_BYTES);
      new CheckedInputStream(raw, checksum).transferTo(OutputStream.nullOutputStream());
    }
    return checksum.getValue();
  }

  private static Tokenizer read(DataInputStream in) throws IOException {
    JsonNode addedTokens = TokenizerHead.JSON.readTree(in.readNBytes(in.readInt()));
    boolean spaceInFront = in.readBoolean();
    Parts parts = new Parts(addedTokens, TokenPieces.read(in), spaceInFront);
    return parts.with(Tokenizers.library(in));
  }

  /** What the native library is to have. */
  @FunctionalInterface
  interface Plain {
    InputStream open() throws IOException;
  }

  /** Keeps a tokenizer. What fails is only logged. */
  void write(Parts parts, Plain plain) {
    try {
      file.write(draft -> write(parts, plain, draft));
    } catch (IOException e) {
      LOG.debug("the tokenizer is not kept: {}", e.toString());
    }
  }

  private static void write(Parts parts, Plain source, Path draft) throws IOException {
    CRC32 checksum = new CRC32();
    try (InputStream plain = source.open();
        OutputStream raw = new BufferedOutputStream(Files.newOutputStream(draft), BUFFER_BYTES)) {
      raw.write(new byte[HEAD_BYTES]);
      DataOutputStream out = new DataOutputStream(new CheckedOutputStream(raw, checksum));
      byte[] added = parts.addedTokens().toString().getBytes(StandardCharsets.UTF_8);
      out.writeInt(added.length);
      out.write(added);
      out.writeBoolean(parts.spaceInFront());
      parts.pieces().write(out);
      plain.transferTo(out);
      out.flush();
    }
    try (RandomAccessFile head = new RandomAccessFile(draft.toFile(), "rw")) {
      head.writeLong(MARK);
      head.writeLong(checksum.getValue());
    }
  }
}
