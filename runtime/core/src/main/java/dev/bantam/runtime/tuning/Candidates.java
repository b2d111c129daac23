package dev.bantam.runtime.tuning;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is tried beside the usual settings. The profile's word is a limit: never more threads than
 * it gives, for they and their memory are planned, and no spinning where it forbids that, for the
 * sake of heat.
 */
public final class Candidates {

  /** Up to so many threads each number is tried. */
  private static final int FEW = 4;

  private Candidates() {}

  /**
   * All but the usual ones.
   *
   * @param cores that threads can be tied to, the best first; empty to tie none
   */
  public static List<RunSettings> beside(RunSettings usual, List<Integer> cores) {
    List<RunSettings> all = new ArrayList<>();
    for (int threads : threads(usual.threads())) {
      if (threads > 1) {
        add(all, RunSettings.of(threads, usual.spinning()));
        add(all, RunSettings.of(threads, false));
        if (threads <= cores.size()) {
          add(all, new RunSettings(threads, usual.spinning(), cores.subList(0, threads - 1)));
        }
      } else if (usual.threads() > 1) {
        add(all, RunSettings.of(threads, false));
      }
    }
    all.remove(usual);
    return all;
  }

  private static void add(List<RunSettings> all, RunSettings one) {
    if (!all.contains(one)) {
      all.add(one);
    }
  }

  /** Some numbers up to this one, ascending. */
  private static SortedSet<Integer> threads(int most) {
    SortedSet<Integer> numbers = new TreeSet<>(List.of(most, Math.max(1, most - 1)));
    for (int i = 1; i <= Math.min(FEW, most); i++) {
      numbers.add(i);
    }
    for (int half = most / 2; half > 1; half /= 2) {
      numbers.add(half);
    }
    numbers.add(Math.max(1, most * 3 / 4));
    return numbers;
  }
}
