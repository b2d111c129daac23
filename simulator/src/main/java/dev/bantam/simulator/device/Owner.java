package dev.bantam.simulator.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that has made something: it is in the names of what it has made, so that others can see
 * whether it still lives. A process id comes again; with its start it does not.
 *
 * @param pid the process id
 * @param started in the kernel's ticks since the machine's start; 0 where there is no {@code /proc}
 */
record Owner(long pid, long started) {

  private static final Logger LOG = LoggerFactory.getLogger(Owner.class);

  /** Of its text, wherever it stands in a name. */
  static final Pattern FORM = Pattern.compile("([0-9]{1,12})\\.([0-9]{1,18})");

  /** Where the start is behind the program's name, which can have any character. */
  private static final int START_BEHIND_NAME = 19;

  private static final Owner HERE = of(ProcessHandle.current().pid());

  /** This process. */
  static Owner here() {
    return HERE;
  }

  private static Owner of(long pid) {
    try {
      return new Owner(pid, Long.parseLong(stat(pid)[START_BEHIND_NAME]));
    } catch (IOException e) {
      return new Owner(pid, 0);
    }
  }

  /** What the kernel says of a process, from its state on. */
  private static String[] stat(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
  }

  /** Of a match of {@link #FORM}. */
  static Owner of(Matcher match) {
    return new Owner(Long.parseLong(match.group(1)), Long.parseLong(match.group(2)));
  }

  /** Whether it is known to have ended, though its parent may not have heard of that. */
  boolean isGone() {
    if (started == 0) {
      return ProcessHandle.of(pid).isEmpty();
    }
    try {
      String[] stat = stat(pid);
      return Long.parseLong(stat[START_BEHIND_NAME]) != started || "ZX".contains(stat[0]);
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      LOG.debug("nothing is known of process {}", pid, e);
      return false;
    }
  }

  @Override
  public String toString() {
    return pid + "." + started;
  }
}
