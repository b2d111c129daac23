package dev.bantam.runtime.mqtt;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who wrote a status: a process, by chance, and the number of its connection, as in {@code
 * 1f0c3a9b-3}. A status by another process, with a number not seen of it before, tells that another
 * process was connected in the meantime; an older one, which a broker may have after a crash, or
 * one that was there at the start, tells nothing.
 */
final class Instances {

  private static final Pattern FORM = Pattern.compile("([0-9a-f]{8})-([0-9]{1,9})");
  private static final int MOST_KNOWN = 100;

  private final String own;
  private final Map<String, Integer> known = new HashMap<>();
  private int counted;

  /**
   * @param own this process
   */
  Instances(String own) {
    this.own = own;
  }

  /** This process at its n-th connection. */
  String of(int epoch) {
    return own + "-" + epoch;
  }

  /**
   * Whether a status tells that another process was connected here; each connection counts one.
   *
   * @param instance empty or of another form if a program that is no runtime wrote it
   * @param epoch of the connection that it came by
   * @param afterCut whether this process was connected before, and cut
   */
  boolean isStranger(String instance, int epoch, boolean afterCut) {
    Matcher form = FORM.matcher(instance);
    if (!form.matches() || form.group(1).equals(own)) {
      return false;
    }
    int number = Integer.parseInt(form.group(2));
    boolean newer = number > known.getOrDefault(form.group(1), 0);
    if (known.size() < MOST_KNOWN || known.containsKey(form.group(1))) {
      known.merge(form.group(1), number, Math::max);
    }
    if (!newer || !afterCut || counted == epoch) {
      return false;
    }
    counted = epoch;
    return true;
  }
}
