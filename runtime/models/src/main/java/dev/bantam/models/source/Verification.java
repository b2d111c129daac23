package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.PullEvent;
import dev.bantam.models.PullListener;
import dev.bantam.models.store.Sha256;
import java.nio.file.Path;
import java.util.Optional;

/** Checks that a file is what was promised. */
final class Verification {

  private static final long REPORT_EVERY_BYTES = 8 << 20;

  private Verification() {}

  /**
   * @param size expected, if known
   * @param sha256 expected, if known
   * @throws ModelException CORRUPT, with what was expected and what was found
   */
  static void check(
      Path file, String what, Optional<Long> size, Optional<String> sha256, PullListener listener)
      throws ModelException {
    long found = file.toFile().length();
    if (size.isPresent() && size.get() != found) {
      throw new ModelException(
          Kind.CORRUPT,
          "%s has the wrong size: expected %d bytes, found %d".formatted(what, size.get(), found));
    }
    if (sha256.isPresent()) {
      String digest = Sha256.of(file, done -> report(listener, done, found));
      if (!digest.equals(sha256.get())) {
        throw new ModelException(
            Kind.CORRUPT,
            "%s has the wrong content: expected sha256 %s, found %s"
                .formatted(what, sha256.get(), digest));
      }
    }
  }

  private static void report(PullListener listener, long done, long total) {
    if (done == total || done % REPORT_EVERY_BYTES == 0) {
      listener.event(new PullEvent.Verifying(done, total));
    }
  }
}
