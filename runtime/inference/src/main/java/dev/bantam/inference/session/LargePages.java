package dev.bantam.inference.session;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts what a model keeps in memory onto pages of 2 MiB. Every token reads all weights once; on
 * pages of 4 KiB a good part of that time goes to finding the pages (decision 0124). Only ranges
 * that are in memory as a whole are taken, so that none grows. Linux from 6.1 on does it at once;
 * an older one is told, and does it by and by. Elsewhere nothing happens.
 */
public final class LargePages {

  private static final Logger LOG = LoggerFactory.getLogger(LargePages.class);

  private static final Path MAPPINGS = Path.of("/proc/self/maps");
  private static final String SWITCH = "bantam.large_pages";

  private static final long LARGE = 2 << 20;

  /** Advice to {@code madvise}, by Linux's numbers. */
  private static final int HUGEPAGE = 14;

  private static final int COLLAPSE = 25;

  private static final Duration WAIT = Duration.ofSeconds(1);

  /** Whether a thread is about to gather, but has not begun. */
  private static final AtomicBoolean AWAITED = new AtomicBoolean();

  private LargePages() {}

  /**
   * As {@link #gather}, in a second, on a thread of its own, and once for all models that are
   * loaded by then: neither they nor a device that starts shall wait for it.
   */
  public static void gatherSoon() {
    if (!AWAITED.getAndSet(true)) {
      Thread gathering = new Thread(LargePages::awaitAndGather, "bantam-large-pages");
      gathering.setDaemon(true);
      gathering.start();
    }
  }

  private static void awaitAndGather() {
    try {
      Thread.sleep(WAIT.toMillis());
    } catch (InterruptedException e) {
      return;
    } finally {
      AWAITED.set(false);
    }
    gather();
  }

  /**
   * Takes all anonymous memory of the process that is resident in whole ranges of 2 MiB. Safe while
   * other threads use it. For a model of 100 MB it takes a tenth of a second. The system property
   * {@code bantam.large_pages} with the value false switches it off.
   */
  static synchronized void gather() {
    if (!Boolean.parseBoolean(System.getProperty(SWITCH, "true")) || !Files.exists(MAPPINGS)) {
      return;
    }
    OrtGuard.prepareJna();
    try {
      long taken = 0;
      try (Pages pages = new Pages()) {
        for (Range range : Files.readAllLines(MAPPINGS).stream().map(Range::parse).toList()) {
          taken += pages.gather(range);
        }
      }
      LOG.debug("{} MB are on large pages", taken / 1_000_000);
    } catch (IOException | RuntimeException | LinkageError e) {
      LOG.debug("memory cannot be put onto large pages: {}", e.toString());
    }
  }

  /**
   * A mapping of the process.
   *
   * @param from its first address
   * @param to the first address behind it
   * @param anonymous whether it is writable memory of the process alone that is no file's
   */
  record Range(long from, long to, boolean anonymous) {

    private static final List<String> NAMES = List.of("", "[heap]");

    /** Of a line of {@code /proc/self/maps}. */
    static Range parse(String line) {
      String[] fields = line.split(" +", 6);
      String[] ends = fields[0].split("-", 2);
      String name = fields.length < 6 ? "" : fields[5];
      return new Range(
          Long.parseUnsignedLong(ends[0], 16),
          Long.parseUnsignedLong(ends[1], 16),
          fields[1].equals("rw-p") && NAMES.contains(name));
    }

    long firstLarge() {
      return (from + LARGE - 1) & -LARGE;
    }
  }

  /** The system's calls, and memory for what they answer. */
  private static final class Pages implements AutoCloseable {

    private final Function madvise = NativeLibrary.getProcess().getFunction("madvise");
    private final Function mincore = NativeLibrary.getProcess().getFunction("mincore");
    private final Memory residency = new Memory(LARGE / PageSize.BYTES);

    /** Bytes that are on large pages now, or were advised to be. */
    long gather(Range range) {
      long taken = 0;
      if (range.anonymous()) {
        long begin = range.firstLarge();
        for (long at = begin; begin + LARGE <= range.to(); at += LARGE) {
          if (at + LARGE > range.to() || !isResident(at)) {
            taken += take(begin, at - begin);
            begin = at + LARGE;
          }
        }
      }
      return taken;
    }

    /** Neighbours are taken in one call, for each call makes all processors do something first. */
    private long take(long address, long size) {
      return size > 0 && (advise(address, size, COLLAPSE) || advise(address, size, HUGEPAGE))
          ? size
          : 0;
    }

    private boolean isResident(long address) {
      residency.clear();
      if (mincore.invokeInt(new Object[] {address, LARGE, residency}) != 0) {
        return false;
      }
      for (byte page : residency.getByteArray(0, (int) residency.size())) {
        if ((page & 1) == 0) {
          return false;
        }
      }
      return true;
    }

    private boolean advise(long address, long size, int advice) {
      return madvise.invokeInt(new Object[] {address, size, advice}) == 0;
    }

    @Override
    public void close() {
      residency.close();
    }
  }

  /** Of the system: 4 KiB, on some ARM 16 or 64. */
  private static final class PageSize {
    static final long BYTES =
        NativeLibrary.getProcess().getFunction("getpagesize").invokeInt(new Object[0]);
  }
}
