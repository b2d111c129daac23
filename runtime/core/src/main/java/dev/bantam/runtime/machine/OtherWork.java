package dev.bantam.runtime.machine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * What other programs, and other guests of the same host, take of the processors that this process
 * may run on, since this was made.
 */
public final class OtherWork {

  private static final int IDLE = 4;
  private static final int WAITING = 5;
  private static final int STOLEN = 8;

  private final Path root;
  private final Set<Integer> processors;
  private final Ticks before;
  private final Duration ownBefore = own();
  private final long begin = System.nanoTime();

  /** Of all counted processors together. */
  private record Ticks(long busy, long all, int processors) {}

  /**
   * @param root {@code /}, or a folder that looks like it
   */
  public OtherWork(Path root) {
    this.root = root;
    this.processors = new TreeSet<>(Processors.of(root).allowed());
    this.before = ticks();
  }

  /** Their share, from 0 to 1; 0 where the kernel does not say. */
  public double share() {
    Ticks now = ticks();
    long all = now.all() - before.all();
    if (all <= 0) {
      return 0;
    }
    double busy = (double) (now.busy() - before.busy()) / all;
    double own =
        (double) own().minus(ownBefore).toNanos()
            / ((System.nanoTime() - begin) * (double) now.processors());
    return Math.max(0, Math.min(1, busy - own));
  }

  private Ticks ticks() {
    long busy = 0;
    long all = 0;
    int counted = 0;
    for (String line : SystemFiles.lines(root, "proc/stat")) {
      String[] words = line.trim().split("\\s+");
      if (words[0].matches("cpu[0-9]{1,5}")
          && words.length > STOLEN
          && processors.contains(Integer.parseInt(words[0].substring("cpu".length())))) {
        // Time of guests is part of the user's.
        long[] ticks = Arrays.stream(words, 1, STOLEN + 1).mapToLong(OtherWork::number).toArray();
        long sum = Arrays.stream(ticks).sum();
        all += sum;
        busy += sum - ticks[IDLE - 1] - ticks[WAITING - 1];
        counted++;
      }
    }
    return new Ticks(busy, all, counted);
  }

  private static long number(String word) {
    return word.matches("[0-9]{1,18}") ? Long.parseLong(word) : 0;
  }

  private static Duration own() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
