package dev.bantam.runtime.profile;

import java.util.List;
import java.util.Optional;

/**
 * How a profile was chosen, for people who wonder.
 *
 * @param chosen empty if none matches
 * @param candidates all profiles, the one to try first in front
 */
public record ProfileChoice(Optional<DeviceProfile> chosen, List<Candidate> candidates) {

  public ProfileChoice {
    candidates = List.copyOf(candidates);
  }

  /**
   * One profile and how it fared.
   *
   * @param matches whether the machine meets all its rules
   * @param reason a line that says why it was chosen or not
   */
  public record Candidate(DeviceProfile profile, boolean matches, String reason) {}
}
