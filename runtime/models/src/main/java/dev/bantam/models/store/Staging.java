package dev.bantam.models.store;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Folders for unfinished work, on the file system of the blobs. Each belongs to one operation,
 * which holds a lock on it: a folder whose lock is free was left by a process that died, and is
 * removed.
 *
 * <p>Process ids would not do: they are reused, and differ between containers that share a disk.
 */
final class Staging {

  /** Name of the folder of such folders. */
  static final String FOLDER = ".staging";

  private static final Duration GATE_LIMIT = Duration.ofSeconds(60);
  private static final String OWNER = "owner.lock";

  /** Folders of this process; their lock files must not be opened again (see FileLocks). */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path root;

  Staging(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /** One operation's folder; removed with all it holds when closed. */
  static final class Folder implements AutoCloseable {

    private final Path path;
    private final FileChannel owner;

    private Folder(Path path, FileChannel owner) {
      this.path = path;
      this.owner = owner;
    }

    Path path() {
      return path;
    }

    @Override
    public void close() {
      try {
        deleteTree(path);
      } catch (IOException e) {
        // What stays is unlocked below, so the next sweep takes it.
      }
      try {
        owner.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        OWN.remove(path);
      }
    }
  }

  /** Creating and sweeping folders exclude each other. Held for moments only. */
  FileLocks.Held gate() throws ModelException {
    return FileLocks.acquire(
        root.resolveSibling(".locks").resolve(".staging.lock"),
        GATE_LIMIT,
        "the staging folder " + root,
        holder -> {});
  }

  Folder open() throws ModelException {
    Path path = root.resolve("%d-%s".formatted(ProcessHandle.current().pid(), UUID.randomUUID()));
    try (FileLocks.Held gate = gate()) {
      Files.createDirectories(path);
      FileChannel owner =
          FileChannel.open(
              path.resolve(OWNER), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      owner.lock();
      OWN.add(path);
      return new Folder(path, owner);
    } catch (IOException e) {
      throw Failures.writing(path, 0, e);
    }
  }

  /**
   * Removes the folders of dead operations. The gate must be held.
   *
   * @return whether no operation is left, of this process or another
   */
  boolean removeDead() throws ModelException {
    if (!Files.isDirectory(root)) {
      return true;
    }
    try (Stream<Path> listing = Files.list(root)) {
      boolean quiet = true;
      for (Path folder : listing.toList()) {
        quiet &= removeIfDead(folder);
      }
      return quiet;
    } catch (IOException e) {
      throw new ModelException(
          Kind.IO, "cannot tidy %s: %s".formatted(root, Failures.reason(e)), e);
    }
  }

  private static boolean removeIfDead(Path folder) throws IOException {
    if (OWN.contains(folder)) {
      return false;
    }
    Path owner = folder.resolve(OWNER);
    if (Files.exists(owner)) {
      try (FileChannel channel = FileChannel.open(owner, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        if (lock == null) {
          return false;
        }
      }
    }
    deleteTree(folder);
    return true;
  }

  /** Tolerates that the owner deletes at the same time. */
  private static void deleteTree(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    } catch (NoSuchFileException e) {
      return;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }
}
