package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Documents that must be short. */
final class ShortFile {

  private ShortFile() {}

  /**
   * @throws ModelException UNREACHABLE if it cannot be read, CORRUPT if it is too long
   */
  static byte[] read(Path file, int limit) throws ModelException {
    if (!Files.isRegularFile(file)) {
      throw new ModelException(Kind.UNREACHABLE, "there is no file %s".formatted(file));
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(limit + 1);
      if (content.length > limit) {
        throw tooLong(file.toString(), limit);
      }
      return content;
    } catch (IOException e) {
      throw new ModelException(
          Kind.UNREACHABLE, "cannot read %s: %s".formatted(file, Failures.reason(e)), e);
    }
  }

  static ModelException tooLong(String what, int limit) {
    return new ModelException(
        Kind.CORRUPT, "%s is longer than %d bytes: it is no such document".formatted(what, limit));
  }
}
