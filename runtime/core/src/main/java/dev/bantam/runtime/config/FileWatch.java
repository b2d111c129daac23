package dev.bantam.runtime.config;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Notices that files have changed, once they are at rest: what is half written, or away for a
 * moment, is not noticed. For one thread; every call looks at the files, so it blocks.
 */
public final class FileWatch {

  private final Map<Path, String> known = new HashMap<>();
  private Map<Path, String> seen;

  /**
   * @param files files and folders, as they are now
   */
  public FileWatch(Collection<Path> files) {
    watch(files);
    this.seen = Map.copyOf(known);
  }

  /** From now on looks at these files; of those that it looked at before it keeps what it knows. */
  public void watch(Collection<Path> files) {
    known.keySet().retainAll(files);
    files.forEach(file -> known.computeIfAbsent(file, FileStamps::of));
  }

  /** Whether they differ from what was known, and have stayed so since the last call. */
  public boolean changed() {
    Map<Path, String> now = new HashMap<>();
    known.keySet().forEach(file -> now.put(file, FileStamps.of(file)));
    boolean rests = now.equals(seen);
    seen = now;
    if (!rests || now.equals(known)) {
      return false;
    }
    known.putAll(now);
    return true;
  }
}
