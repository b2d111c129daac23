package dev.bantam.runtime.profile;

import dev.bantam.runtime.profile.ProfileChoice.Candidate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The profiles that Bantam ships, and how one is chosen. Immutable; any thread. */
public final class DeviceProfiles {

  private final DeviceProfileReader reader;

  private DeviceProfiles(DeviceProfileReader reader) {
    this.reader = reader;
  }

  /** Each is read once a process, when it is first asked for. */
  private static final class Shipped {

    private static final DeviceProfileReader READER = new DeviceProfileReader();
    private static final Map<String, DeviceProfile> READ = new ConcurrentHashMap<>();

    static DeviceProfile of(String name) {
      return READ.computeIfAbsent(
          name, each -> READER.shipped(each).orElseThrow(IllegalStateException::new));
    }
  }

  /** Loads the shipped profiles from the class path. */
  public static DeviceProfiles load() {
    return new DeviceProfiles(new DeviceProfileReader());
  }

  /**
   * As the other, also checking which plugins a user's own profiles name.
   *
   * @param plugins names of those that are there
   */
  public static DeviceProfiles load(Set<String> plugins) {
    return new DeviceProfiles(new DeviceProfileReader(plugins));
  }

  /** All shipped profiles, the one to try first in front. */
  public List<DeviceProfile> all() {
    return ShippedProfiles.NAMES.stream()
        .map(Shipped::of)
        .sorted(
            Comparator.comparingInt(DeviceProfile::priority)
                .reversed()
                .thenComparing(DeviceProfile::name))
        .toList();
  }

  /**
   * A shipped profile by its name, or a user's own by its file: what holds a slash or ends in
   * {@code .yaml} is a file.
   *
   * @throws ProfileException if there is no such profile, naming those there are; or with every
   *     problem of the file
   */
  public DeviceProfile get(String nameOrFile) throws ProfileException {
    if (ProfileDocument.isFile(nameOrFile)) {
      return reader
          .read(Path.of(nameOrFile))
          .orElseThrow(
              report -> new ProfileException("the device profile cannot be used:\n" + report));
    }
    if (!ShippedProfiles.NAMES.contains(nameOrFile)) {
      throw new ProfileException(ShippedProfiles.unknown(nameOrFile));
    }
    return Shipped.of(nameOrFile);
  }

  /**
   * The names of slots that a site's configuration may speak of.
   *
   * @param wanted a profile's name or file; empty for the slots of all shipped ones
   * @throws IllegalArgumentException as {@link #get} says it
   */
  public Set<String> slotNames(Optional<String> wanted) {
    List<DeviceProfile> profiles;
    try {
      profiles = wanted.isPresent() ? List.of(get(wanted.get())) : all();
    } catch (ProfileException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return profiles.stream()
        .flatMap(profile -> profile.slots().stream())
        .map(SlotProfile::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * The profile that a name asks for, or else the one that fits the machine, with the tier for the
   * machine's memory.
   *
   * @throws ProfileException if neither is there, or nothing can run on the machine
   */
  public DeviceProfile resolve(Optional<String> wanted, Hardware machine) throws ProfileException {
    Optional<String> refusal = BoardTraps.refusal(machine);
    if (refusal.isPresent()) {
      throw new ProfileException(refusal.get());
    }
    if (wanted.isPresent()) {
      return get(wanted.get()).on(machine);
    }
    ProfileChoice choice = choose(machine);
    return choice.chosen().orElseThrow(() -> noneFits(choice));
  }

  private static ProfileException noneFits(ProfileChoice choice) {
    String reasons =
        choice.candidates().stream()
            .map(candidate -> "  " + candidate.profile().name() + ": " + candidate.reason())
            .collect(Collectors.joining("\n"));
    return new ProfileException(
        "no device profile fits this machine; name one with --profile or the key profile:\n"
            + reasons);
  }

  /** Chooses by the machine: of all that match, the one with the highest priority. */
  public ProfileChoice choose(Hardware machine) {
    List<DeviceProfile> profiles = all();
    Optional<DeviceProfile> chosen =
        profiles.stream().filter(p -> p.match().unmet(machine).isEmpty()).findFirst();
    List<Candidate> candidates = new ArrayList<>();
    for (DeviceProfile profile : profiles) {
      List<String> unmet = profile.match().unmet(machine);
      candidates.add(new Candidate(profile, unmet.isEmpty(), reason(profile, unmet, chosen)));
    }
    return new ProfileChoice(chosen.map(profile -> profile.on(machine)), candidates);
  }

  private static String reason(
      DeviceProfile profile, List<String> unmet, Optional<DeviceProfile> chosen) {
    if (!unmet.isEmpty()) {
      return String.join("; ", unmet);
    }
    String winner = chosen.map(DeviceProfile::name).orElse("");
    return winner.equals(profile.name())
        ? "chosen: the machine meets every rule"
        : "matches, but %s has a higher priority".formatted(winner);
  }
}
