package dev.bantam.models;

import dev.bantam.models.store.FileLocks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** Lets one operation at a time change the models of one name. */
final class NameLocks {

  private final Path folder;
  private final Duration limit;

  NameLocks(Path root, Duration limit) {
    this.folder = root.resolve(".locks");
    this.limit = limit;
  }

  /** See {@link FileLocks#acquire}. */
  FileLocks.Held acquire(String name, Consumer<String> onWait) throws ModelException {
    return acquire(name, limit, onWait);
  }

  /** As the other, without waiting. */
  FileLocks.Held tryAcquire(String name) throws ModelException {
    return acquire(name, Duration.ZERO, holder -> {});
  }

  private FileLocks.Held acquire(String name, Duration longest, Consumer<String> onWait)
      throws ModelException {
    return FileLocks.acquire(
        folder.resolve(name + ".lock"), longest, "model \"%s\"".formatted(name), onWait);
  }

  /**
   * Between asking what is kept and removing the rest, nobody may hold or name something. Taken for
   * moments, after a name's lock if at all. No model's name begins with a dot.
   */
  FileLocks.Held guard() throws ModelException {
    return FileLocks.acquire(
        folder.resolve(".kept.lock"), limit, "the list of what is kept", holder -> {});
  }
}
