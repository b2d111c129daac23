package dev.bantam.models;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobSink;
import dev.bantam.models.store.BlobWriter;
import dev.bantam.models.store.Failures;
import dev.bantam.models.store.Sha256;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * Reads a bundle from front to back, that anybody may have made: no name of an entry becomes a
 * path, no entry comes twice, and of none more is read than it may have. For one thread.
 */
final class BundleReader implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 20;
  private static final int NAME_SHOWN = 100;

  /** How a zip begins. */
  private static final byte[] MAGIC = {'P', 'K', 3, 4};

  /** Where the first entry's name stands in a zip. */
  private static final int NAME_AT = 30;

  private final Path file;
  private final ZipInputStream zip;
  private final Set<String> seen = new HashSet<>();

  private BundleReader(Path file, ZipInputStream zip) {
    this.file = file;
    this.zip = zip;
  }

  static boolean isBundle(Path file) {
    byte[] name = ModelDocument.BUNDLE.fileName().getBytes(StandardCharsets.UTF_8);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(NAME_AT + name.length);
      return start.length == NAME_AT + name.length
          && ByteBuffer.wrap(start, 0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
          && ByteBuffer.wrap(start, NAME_AT, name.length).equals(ByteBuffer.wrap(name));
    } catch (IOException e) {
      return false;
    }
  }

  static BundleReader open(Path file) throws ModelException {
    try {
      return new BundleReader(
          file,
          new ZipInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)));
    } catch (NoSuchFileException e) {
      throw new ModelException(Kind.USAGE, "there is no file %s".formatted(file), e);
    } catch (IOException e) {
      throw new ModelException(
          Kind.USAGE, "cannot read %s: %s".formatted(file, Failures.reason(e)), e);
    }
  }

  /** The next entry's name; empty at the end. */
  Optional<String> next() throws ModelException {
    try {
      ZipEntry entry = zip.getNextEntry();
      if (entry == null) {
        return Optional.empty();
      }
      if (!seen.add(entry.getName())) {
        throw malformed("has the entry %s twice".formatted(shown(entry.getName())));
      }
      return Optional.of(entry.getName());
    } catch (IOException | IllegalArgumentException e) {
      throw broken(e);
    }
  }

  /** The present entry as a document. */
  <T> T document(ModelDocument<T> document, String entry) throws ModelException {
    return document.read("%s, %s".formatted(file, entry), bytes(entry));
  }

  /** The present entry, which is a document and no longer than such. */
  byte[] bytes(String entry) throws ModelException {
    try {
      byte[] content = zip.readNBytes(ModelDocument.MAX_BYTES + 1);
      if (content.length > ModelDocument.MAX_BYTES) {
        throw malformed("has the entry %s, which is larger than any such".formatted(shown(entry)));
      }
      return content;
    } catch (IOException | IllegalArgumentException e) {
      throw broken(e);
    }
  }

  /** Takes what is read. */
  @FunctionalInterface
  private interface Target {
    void write(ByteBuffer bytes) throws ModelException;
  }

  /**
   * The present entry, which is a file of the store.
   *
   * @param sink empty to verify it only
   * @param progress told the bytes read of it so far
   */
  void blob(Blob blob, Optional<BlobSink> sink, LongConsumer progress) throws ModelException {
    if (sink.isEmpty()) {
      MessageDigest digest = Sha256.digest();
      copy(blob, digest::update, progress);
      requireSame(blob, Sha256.hex(digest));
      return;
    }
    try (BlobWriter writer = sink.get().open()) {
      copy(blob, writer::write, progress);
      requireSame(blob, writer.commit().sha256());
    }
  }

  private void copy(Blob blob, Target target, LongConsumer progress) throws ModelException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long done = 0;
    try {
      for (int read = zip.read(buffer); read >= 0; read = zip.read(buffer)) {
        done += read;
        if (done > blob.size()) {
          break;
        }
        target.write(ByteBuffer.wrap(buffer, 0, read));
        progress.accept(done);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw broken(e);
    }
    if (done != blob.size()) {
      throw corrupt(
          "its file %s has %s bytes instead of %d"
              .formatted(
                  blob.sha256(),
                  done > blob.size() ? "more than " + blob.size() : done,
                  blob.size()));
    }
  }

  private void requireSame(Blob blob, String found) throws ModelException {
    if (!found.equals(blob.sha256())) {
      throw corrupt("its file %s has the sha256 %s".formatted(blob.sha256(), found));
    }
  }

  /** What nobody who writes bundles does. */
  ModelException malformed(String what) {
    return new ModelException(
        Kind.MALFORMED, "%s is no bundle of models: it %s".formatted(file, what));
  }

  /** What happens to bundles on their way. */
  ModelException corrupt(String what) {
    return new ModelException(
        Kind.CORRUPT,
        "%s is damaged or cut short: %s. Copy it again, and if that does not help, export it again"
            .formatted(file, what));
  }

  private ModelException broken(Exception e) {
    if (e instanceof ClosedByInterruptException) {
      return new ModelException(Kind.INTERRUPTED, "interrupted while reading " + file, e);
    }
    if (e instanceof IOException io
        && !(e instanceof ZipException)
        && !(e instanceof EOFException)) {
      return new ModelException(
          Kind.IO, "cannot read %s: %s".formatted(file, Failures.reason(io)), e);
    }
    return corrupt(e instanceof EOFException ? "it ends early" : String.valueOf(e.getMessage()));
  }

  /** An entry's name for people, whatever is in it. */
  static String shown(String name) {
    String plain = name.replaceAll("[^ -~]", "?");
    return '"' + (plain.length() > NAME_SHOWN ? plain.substring(0, NAME_SHOWN) : plain) + '"';
  }

  @Override
  public void close() throws ModelException {
    try {
      zip.close();
    } catch (IOException e) {
      throw new ModelException(
          Kind.IO, "cannot read %s: %s".formatted(file, Failures.reason(e)), e);
    }
  }
}
