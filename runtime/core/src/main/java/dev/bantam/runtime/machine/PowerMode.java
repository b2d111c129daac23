package dev.bantam.runtime.machine;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The mode of power that somebody has set: of a Jetson the name of {@code nvpmodel}'s, else how the
 * kernel chooses the first processor's frequency ({@code scaling_governor}, such as {@code
 * ondemand} or {@code powersave}).
 */
public final class PowerMode {

  private static final Pattern ID = Pattern.compile("pmode:0*([0-9]{1,4})");
  private static final Pattern NAME =
      Pattern.compile("<\\s*POWER_MODEL\\s+ID=([0-9]{1,4})\\s+NAME=(\\S+)\\s*>");

  private PowerMode() {}

  /**
   * Empty where there are no modes. Blocking.
   *
   * @param root {@code /}, or a folder that looks like it
   */
  public static Optional<String> read(Path root) {
    return jetson(root).or(() -> frequency(root));
  }

  /** The mode of a Jetson, by its number where nothing tells its name. */
  public static Optional<String> jetson(Path root) {
    return SystemFiles.lines(root, "var/lib/nvpmodel/status").stream()
        .map(ID::matcher)
        .filter(Matcher::find)
        .map(found -> found.group(1))
        .findFirst()
        .map(id -> name(root, id).orElse(id));
  }

  private static Optional<String> name(Path root, String id) {
    return SystemFiles.lines(root, "etc/nvpmodel.conf").stream()
        .map(NAME::matcher)
        .filter(found -> found.find() && found.group(1).equals(id))
        .map(found -> found.group(2))
        .findFirst();
  }

  private static Optional<String> frequency(Path root) {
    return SystemFiles.lines(root, "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").stream()
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .findFirst();
  }
}
