package dev.bantam.inference.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes blocks of a pool to its file, on a thread of its own: no request waits for the disk. A
 * full file is begun anew, so that beginnings which nobody has any more do not stay for ever, but
 * not often, for flash memory wears out. Any thread.
 */
final class PrefixSaver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PrefixSaver.class);
  private static final Duration LEAST_BETWEEN_CLEARS = Duration.ofHours(1);
  private static final Duration LAST_WORK = Duration.ofSeconds(5);

  private final PrefixFile file;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread made = new Thread(work, "bantam-prefix-saver");
            made.setDaemon(true);
            return made;
          });

  private long clearedNanos = System.nanoTime();
  private boolean failed;

  /** Takes the file over. */
  PrefixSaver(PrefixFile file) {
    this.file = file;
  }

  /** What the file holds. To be called first. */
  void read(PrefixFile.Reader reader) {
    try {
      file.read(reader);
    } catch (IOException e) {
      fail(e);
    }
  }

  /** Has a block written some time, if the pool still has it then. */
  void save(PrefixPool pool, PrefixBlock block) {
    try {
      thread.execute(() -> write(pool, block));
    } catch (RejectedExecutionException e) {
      LOG.debug("the model is closed; a block is not kept");
    }
  }

  private void write(PrefixPool pool, PrefixBlock block) {
    if (failed) {
      return;
    }
    try (NativeBuffer copy = NativeBuffer.allocate(pool.blockBytes())) {
      ByteBuffer bytes = copy.bytes();
      OptionalInt before = pool.copy(block, bytes);
      if (before.isEmpty()) {
        return;
      }
      OptionalInt index = file.append(before.getAsInt(), block.tokens(), bytes.flip());
      if (index.isPresent()) {
        pool.saved(block, index.getAsInt());
      } else if (System.nanoTime() - clearedNanos > LEAST_BETWEEN_CLEARS.toNanos()) {
        clearedNanos = System.nanoTime();
        file.clear();
        pool.forgetSaved();
      }
    } catch (IOException | OutOfMemoryError e) {
      fail(e);
    }
  }

  private void fail(Throwable why) {
    failed = true;
    LOG.warn(
        "no more beginnings of prompts are kept on disk until the model is loaded again: {}",
        why.toString());
  }

  /** Writes what it was given, within some seconds. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(LAST_WORK.toSeconds(), TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
      file.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.debug("the file of prefixes is not closed", e);
    }
  }
}
