package dev.bantam.models.store;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Locks between processes, and between the threads of this one. A lock is the operating system's,
 * so it ends with its process, however that ends.
 *
 * <p>POSIX drops all of a process's locks on a file when the process closes any descriptor of it.
 * So nothing here opens a lock file that another thread of this process holds.
 */
public final class FileLocks {

  private static final long POLL_MS = 50;
  private static final int HOLDER_BYTES = 256;

  /** One permit for each lock file that this process has ever used. */
  private static final ConcurrentMap<Path, Semaphore> IN_PROCESS = new ConcurrentHashMap<>();

  private FileLocks() {}

  /** A lock that is held until closed. */
  public static final class Held implements AutoCloseable {

    private final FileChannel channel;
    private final Semaphore inProcess;

    private Held(FileChannel channel, Semaphore inProcess) {
      this.channel = channel;
      this.inProcess = inProcess;
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        inProcess.release();
      }
    }
  }

  /**
   * Takes a lock, waiting for at most {@code limit}.
   *
   * @param lockFile created if absent, never deleted
   * @param what is locked, for the error
   * @param onWait told who holds the lock, once, if there is a wait
   * @throws ModelException LOCKED, naming the holder, if it is not free in time; INTERRUPTED
   */
  public static Held acquire(Path lockFile, Duration limit, String what, Consumer<String> onWait)
      throws ModelException {
    long deadline = System.nanoTime() + limit.toNanos();
    Semaphore inProcess =
        IN_PROCESS.computeIfAbsent(lockFile.toAbsolutePath().normalize(), path -> new Semaphore(1));
    try {
      if (!inProcess.tryAcquire()) {
        String holder = "another thread of this process";
        onWait.accept(holder);
        if (!inProcess.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
          throw locked(what, holder, limit);
        }
      }
      return acquireFile(lockFile, inProcess, deadline, limit, what, onWait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelException(Kind.INTERRUPTED, "interrupted while waiting for " + what, e);
    }
  }

  private static Held acquireFile(
      Path lockFile,
      Semaphore inProcess,
      long deadline,
      Duration limit,
      String what,
      Consumer<String> onWait)
      throws ModelException, InterruptedException {
    FileChannel channel = null;
    boolean held = false;
    try {
      Files.createDirectories(lockFile.toAbsolutePath().getParent());
      channel = open(lockFile);
      boolean waiting = false;
      FileLock lock = channel.tryLock();
      while (lock == null) {
        String holder = holder(channel);
        if (System.nanoTime() - deadline > 0) {
          throw locked(what, holder, limit);
        }
        if (!waiting) {
          onWait.accept(holder);
          waiting = true;
        }
        Thread.sleep(POLL_MS);
        lock = channel.tryLock();
      }
      writeHolder(channel);
      held = true;
      return new Held(channel, inProcess);
    } catch (IOException e) {
      throw Failures.writing(lockFile, 0, e);
    } finally {
      if (!held) {
        closeQuietly(channel);
        inProcess.release();
      }
    }
  }

  private static FileChannel open(Path lockFile) throws IOException {
    return FileChannel.open(
        lockFile, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static void writeHolder(FileChannel channel) throws IOException {
    String holder = "process %d".formatted(ProcessHandle.current().pid());
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(HOLDER_BYTES);
    channel.read(buffer, 0);
    String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).strip();
    return text.isEmpty() ? "another process" : text;
  }

  private static ModelException locked(String what, String holder, Duration limit) {
    return new ModelException(
        Kind.LOCKED,
        "%s is being changed by %s; waited %d s. Try again when that has ended, or end it"
            .formatted(what, holder, limit.toSeconds()));
  }

  private static void closeQuietly(@Nullable Closeable closeable) {
    try {
      if (closeable != null) {
        closeable.close();
      }
    } catch (IOException e) {
      // The failure that led here is the one to report.
    }
  }
}
