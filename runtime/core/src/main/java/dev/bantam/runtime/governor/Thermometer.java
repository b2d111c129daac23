package dev.bantam.runtime.governor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the kernel's thermal zones (Linux, {@code Documentation/driver-api/thermal/sysfs-api.rst}):
 * of those that measure a processor the hottest, or of the others where none says that it does.
 * Zones of batteries, radios, disks and the like are never read. What cannot be right is ignored,
 * counted, and said once a zone.
 *
 * <p>Blocking; for one thread at a time.
 */
public final class Thermometer {

  /** From this on no processor runs any more, so a sensor that shows it is broken. */
  static final double ABSURD = 150;

  private static final Logger LOG = LoggerFactory.getLogger(Thermometer.class);
  private static final double MILLIS = 1000;

  /**
   * {@code cpu-thermal} (Raspberry Pi), {@code CPU-therm}, {@code tj-thermal}, {@code soc0-thermal}
   * (Jetson), {@code x86_pkg_temp}, {@code TCPU} (x86).
   */
  private static final Pattern PROCESSOR =
      Pattern.compile("cpu|gpu|soc|pkg|package|core|cluster|(^|[-_])tj");

  /**
   * A Jetson Nano's {@code PMIC-Die} always shows 100 °C, {@code INT3400} of x86 is a policy and no
   * sensor, and the rest measures something else.
   */
  private static final Pattern OTHER =
      Pattern.compile(
          "pmic|batt|bms|charg|wifi|wlan|modem|nvme|ssd|disk|pch|int34|ambient|skin|board|fan");

  private final Path root;
  private final Set<String> told = new HashSet<>();
  private long ignored;

  /**
   * @param root {@code /sys/class/thermal}, or a folder that looks like it
   */
  public Thermometer(Path root) {
    this.root = root;
  }

  /** The hottest zone; empty if there is none that shows a temperature. */
  public Optional<Temperature> read() {
    List<Zone> zones = zones();
    List<Zone> processors = zones.stream().filter(Zone::isProcessor).toList();
    Optional<Temperature> hottest = Optional.empty();
    for (Zone zone : processors.isEmpty() ? zones : processors) {
      Optional<Temperature> found = read(zone);
      if (found.isPresent()
          && (hottest.isEmpty() || found.get().celsius() > hottest.get().celsius())) {
        hottest = found;
      }
    }
    return hottest;
  }

  /** How many values were ignored, for they could not be read or could not be right. */
  public long ignored() {
    return ignored;
  }

  private record Zone(Path folder, String type) {

    boolean isProcessor() {
      return PROCESSOR.matcher(type.toLowerCase(Locale.ROOT)).find();
    }

    boolean isOther() {
      return OTHER.matcher(type.toLowerCase(Locale.ROOT)).find();
    }
  }

  private List<Zone> zones() {
    List<Zone> zones = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, "thermal_zone*")) {
      for (Path folder : folders) {
        Zone zone = new Zone(folder, type(folder));
        if (!zone.isOther()) {
          zones.add(zone);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return zones;
  }

  private static String type(Path folder) {
    try {
      return text(folder.resolve("type"));
    } catch (IOException e) {
      return String.valueOf(folder.getFileName());
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
  }

  private Optional<Temperature> read(Zone zone) {
    String shown;
    try {
      shown = text(zone.folder().resolve("temp"));
    } catch (IOException e) {
      return ignore(zone, "cannot be read (%s)".formatted(e.getMessage()));
    }
    if (!shown.matches("-?[0-9]{1,9}")) {
      return ignore(zone, "shows \"%.20s\", which is no number".formatted(shown));
    }
    double celsius = Integer.parseInt(shown) / MILLIS;
    return celsius > 0 && celsius < ABSURD
        ? Optional.of(new Temperature(celsius, zone.type()))
        : ignore(zone, "shows %s °C".formatted(celsius));
  }

  private Optional<Temperature> ignore(Zone zone, String why) {
    ignored++;
    if (told.add(zone.type())) {
      LOG.warn("the thermal zone {} {}, and is ignored while it does", zone.type(), why);
    }
    return Optional.empty();
  }
}
