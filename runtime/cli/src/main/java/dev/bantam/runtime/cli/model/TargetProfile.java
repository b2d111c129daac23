package dev.bantam.runtime.cli.model;

import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.DeviceProfiles;
import dev.bantam.runtime.profile.HardwareProbe;
import dev.bantam.runtime.profile.ProfileException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option that says for which device a model is made. */
final class TargetProfile {

  @Option(
      names = "--profile",
      paramLabel = "NAME|FILE",
      description =
          "The device profile whose preferred variant is made (default: the one that fits the"
              + " machine).")
  private Optional<String> profile = Optional.empty();

  /**
   * The variants of that model that the profile prefers, the best first.
   *
   * @throws ProfileException if there is no profile of the name that was given
   */
  List<String> variants(String model) throws ProfileException {
    DeviceProfiles profiles = DeviceProfiles.load();
    Optional<DeviceProfile> target =
        profile.isPresent()
            ? Optional.of(profiles.get(profile.get()))
            : profiles.choose(HardwareProbe.thisMachine()).chosen();
    return target.map(found -> found.variantsOf(model)).orElse(List.of());
  }
}
