package dev.bantam.runtime.store;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * One SQLite file with what a device keeps over a restart. A disk that is full or broken stops
 * nothing: what cannot be written is counted, told in the log, and tried anew with the next.
 */
public final class DeviceStore implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceStore.class);
  private static final long TELL_AGAIN_NANOS = 60_000_000_000L;
  private static final int WAL_BYTES = 4 << 20;

  private final Path file;
  private final Connection connection;
  private final StoreThread thread;
  private final SpoolTable spool;
  private final List<StoredAnswer> found;
  private final AtomicLong unwrittenAnswers = new AtomicLong();
  private final AtomicLong unwrittenMessages = new AtomicLong();
  private long toldNanos = System.nanoTime() - TELL_AGAIN_NANOS;

  private DeviceStore(
      Path file, Context context, StoreSettings settings, Connection connection, LongSupplier clock)
      throws SQLException {
    this.file = file;
    this.connection = connection;
    this.spool = new SpoolTable(settings, clock);
    StoreFormat.create(connection, spool);
    this.found = AnswerTable.all(connection);
    this.thread =
        new StoreThread(
            context,
            connection,
            open -> {
              spool.recount(open);
              return true;
            });
  }

  /**
   * Opens the file, or makes it. A file that cannot be read is put aside. Blocking.
   *
   * @param context completes the futures
   * @throws IOException saying what is wrong and what to do
   */
  public static DeviceStore open(Path file, Context context, StoreSettings settings)
      throws IOException {
    return open(file, context, settings, System::currentTimeMillis);
  }

  static DeviceStore open(Path file, Context context, StoreSettings settings, LongSupplier clock)
      throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    try {
      return opened(file, context, settings, clock);
    } catch (SQLiteException e) {
      if (e.getResultCode() != SQLiteErrorCode.SQLITE_NOTADB
          && e.getResultCode() != SQLiteErrorCode.SQLITE_CORRUPT) {
        throw failure(file, e);
      }
      Path aside = file.resolveSibling(file.getFileName() + ".broken");
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      LOG.warn(
          "{} cannot be read ({}); it is now {}, and what it held is lost",
          file,
          e.getMessage(),
          aside);
    } catch (SQLException e) {
      throw failure(file, e);
    }
    try {
      return opened(file, context, settings, clock);
    } catch (SQLException e) {
      throw failure(file, e);
    }
  }

  private static IOException failure(Path file, SQLException e) {
    boolean taken = e.getMessage() != null && e.getMessage().contains("SQLITE_BUSY");
    return new IOException(
        taken
            ? "%s is in use by another process, perhaps another runtime of this device"
                .formatted(file)
            : "cannot open %s: %s; the folder must be writable for the user that runs bantam, with some space left"
                .formatted(file, e.getMessage()),
        e);
  }

  private static DeviceStore opened(
      Path file, Context context, StoreSettings settings, LongSupplier clock)
      throws SQLException, IOException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
    config.setSynchronous(
        settings.sync() ? SQLiteConfig.SynchronousMode.FULL : SQLiteConfig.SynchronousMode.NORMAL);
    config.setJournalSizeLimit(WAL_BYTES);
    config.setBusyTimeout(2_000);
    Connection connection = config.createConnection("jdbc:sqlite:" + file);
    try {
      StoreFormat.require(file, connection);
      DeviceStore store = new DeviceStore(file, context, settings, connection, clock);
      store.thread.start();
      return store;
    } catch (SQLException | IOException e) {
      connection.close();
      throw e;
    }
  }

  /** The answers that were kept when the file was opened, in the order in which they were given. */
  public List<StoredAnswer> answersFound() {
    return found;
  }

  /**
   * Keeps an answer.
   *
   * @return completes once it is written, or cannot be; never fails
   */
  public Future<Boolean> keep(StoredAnswer answer) {
    return thread
        .submit(
            open -> {
              AnswerTable.add(open, answer);
              return true;
            })
        .otherwise(
            why -> {
              unwrittenAnswers.incrementAndGet();
              tell(why);
              return false;
            });
  }

  /** Forgets all answers up to and with this one. */
  public void forgetAnswersUpTo(long id) {
    thread
        .submit(
            open -> {
              AnswerTable.removeUpTo(open, id);
              return true;
            })
        .onFailure(this::tell);
  }

  /**
   * The messages of one channel that wait for the broker.
   *
   * @param channel whoever publishes them, by a name that stays over restarts
   */
  public Spool spool(String channel) {
    return new Spool() {
      @Override
      public Future<Long> add(StoredMessage message) {
        return thread
            .submit(open -> spool.add(open, channel, message))
            .onFailure(
                why -> {
                  unwrittenMessages.incrementAndGet();
                  tell(why);
                });
      }

      @Override
      public Future<List<Kept>> next(long after, int limit) {
        return thread
            .submit(open -> spool.next(open, channel, after, limit))
            .onFailure(DeviceStore.this::tell);
      }

      @Override
      public Future<Boolean> removeUpTo(long id) {
        return thread
            .submit(
                open -> {
                  spool.removeUpTo(open, channel, id);
                  return true;
                })
            .onFailure(DeviceStore.this::tell);
      }
    };
  }

  /** What waits for the broker in all channels. Any thread. */
  public SpoolCounts counts() {
    SpoolCounts now = spool.counts();
    return new SpoolCounts(now.waiting(), now.bytes(), now.dropped(), unwrittenMessages.get());
  }

  /** At most once a minute, for it comes with every message. On the context. */
  private void tell(Throwable why) {
    if (System.nanoTime() - toldNanos < TELL_AGAIN_NANOS) {
      return;
    }
    toldNanos = System.nanoTime();
    boolean full =
        why instanceof SQLiteException e && e.getResultCode() == SQLiteErrorCode.SQLITE_FULL;
    LOG.error(
        "cannot write to {}: {}; {}. The device goes on, but until then a restart forgets new answers ({} so far), and messages that wait for the broker are lost ({} so far)",
        file,
        why.getMessage(),
        full
            ? "free some space on its disk, or lower store.spool.max_bytes"
            : "look at the disk and at the rights of the folder",
        unwrittenAnswers.get(),
        unwrittenMessages.get());
  }

  /** Writes what waits and closes the file. Blocking. */
  @Override
  public void close() {
    thread.stop();
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.warn("closing {}: {}", file, e.getMessage());
    }
  }
}
