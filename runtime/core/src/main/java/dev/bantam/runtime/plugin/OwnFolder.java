package dev.bantam.runtime.plugin;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder in {@code java.io.tmpdir} that this process alone uses, with files but no folders in it.
 * It holds a lock on a file in it: where that lock is free, the process has died, and the next one
 * removes the folder. Blocking.
 */
final class OwnFolder implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OwnFolder.class);
  private static final String PREFIX = "bantam-plugin-";
  private static final String OWNER = "owner.lock";

  /** After so long, a folder without a lock is not one that somebody is just making. */
  private static final Duration UNFINISHED = Duration.ofHours(1);

  /** Closing any channel of a file gives up the process's locks on it, so these are not opened. */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel owner;

  private OwnFolder(Path path, FileChannel owner) {
    this.path = path;
    this.owner = owner;
  }

  /**
   * Makes one.
   *
   * @param name a part of its name
   */
  static OwnFolder create(String name) throws IOException {
    while (true) {
      Path path = Files.createTempDirectory(PREFIX + name + "-");
      OWN.add(path);
      Path file = path.resolve(OWNER);
      FileChannel owner =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      FileLock unused = owner.lock();
      OwnFolder made = new OwnFolder(path, owner);
      if (Files.exists(file)) {
        return made;
      }
      // Between the file and its lock another process took it for a dead one's.
      made.close();
    }
  }

  Path path() {
    return path;
  }

  /** Removes it with all that is in it. */
  @Override
  public void close() throws IOException {
    if (!owner.isOpen()) {
      return;
    }
    try {
      delete(path);
    } finally {
      owner.close();
      OWN.remove(path);
    }
  }

  /** Removes what dead processes of this user left beside it. */
  void removeDeadOnes() {
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(path.resolveSibling(""), PREFIX + "*")) {
      UserPrincipal user = Files.getOwner(path);
      for (Path folder : folders) {
        removeIfDead(folder, user);
      }
    } catch (IOException e) {
      LOG.debug("what dead processes left beside {} stays", path, e);
    }
  }

  private static void removeIfDead(Path folder, UserPrincipal user) {
    try {
      if (!OWN.contains(folder)
          && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
          && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(user)) {
        removeIfUnlocked(folder);
      }
    } catch (IOException e) {
      LOG.debug("{} stays", folder, e);
    }
  }

  private static void removeIfUnlocked(Path folder) throws IOException {
    Path file = folder.resolve(OWNER);
    if (!Files.exists(file)) {
      Instant made = Files.getLastModifiedTime(folder).toInstant();
      if (made.plus(UNFINISHED).isBefore(Instant.now())) {
        delete(folder);
      }
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        delete(folder);
        LOG.info("removed {}, which a process left that was killed", folder);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      return;
    }
    Files.deleteIfExists(folder);
  }
}
