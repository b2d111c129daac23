package dev.bantam.runtime.governor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * By what a device spares itself.
 *
 * @param heat what its temperature means; empty where that is not watched
 * @param rules of its steps; empty where it takes none, and watches nothing but its temperature
 */
public record GovernorPlan(Optional<HeatPolicy> heat, Optional<GovernorRules> rules) {

  private static final Duration SOON = Duration.ofSeconds(10);

  /** Of a device that has no fleets to leave: without that step. */
  public GovernorPlan withoutFleet() {
    return new GovernorPlan(heat, rules.map(GovernorPlan::withoutFleet));
  }

  private static GovernorRules withoutFleet(GovernorRules rules) {
    List<Measure> ladder = new ArrayList<>(rules.policy().ladder());
    ladder.remove(Measure.NO_FLEET_WORK);
    return new GovernorRules(
        new GovernorPolicy(ladder, rules.policy().step(), rules.policy().hold()),
        rules.maxTokens(),
        rules.contextPercent(),
        rules.minFrequency(),
        rules.memory());
  }

  /** Whether anything is watched. */
  public boolean watches() {
    return heat.isPresent() || rules.isPresent();
  }

  public GovernorPolicy policy() {
    return rules.map(GovernorRules::policy).orElse(GovernorPolicy.NO_STEPS);
  }

  /** When a hot device may be cooler at the soonest. */
  public Duration coolsWithin() {
    return heat.map(HeatPolicy::hold).orElse(SOON);
  }

  /** When a step down may be taken back at the soonest. */
  public Duration relievedWithin() {
    return rules.map(found -> found.policy().hold()).orElse(SOON);
  }
}
