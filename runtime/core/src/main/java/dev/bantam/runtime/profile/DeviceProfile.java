package dev.bantam.runtime.profile;

import dev.bantam.runtime.governor.GovernorPlan;
import dev.bantam.runtime.governor.GovernorSettings;
import dev.bantam.runtime.governor.TemperatureLimits;
import dev.bantam.runtime.http.HttpSettings;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a class of hardware runs. Field by field: {@code device-profiles/README.md}. Where the
 * profile has tiers, this is what it says for machines with the least memory; {@link #on} and
 * {@link #withMemory} give it for others.
 *
 * @param name as {@code --profile} takes it
 * @param title what it is for, in a line
 * @param priority of all profiles that match, the highest is chosen
 * @param match the hardware it is for
 * @param machine what such hardware is like, for plans that are made elsewhere
 * @param threads threads that one inference may use; empty for one a usable core
 * @param spinning whether idle inference threads spin
 * @param executionProviders what models are computed on, the preferred first; the CPU is the last
 * @param memoryBudget for models and their working memory
 * @param powerMode the modes of power that its figures are meant for; empty for any
 * @param maxPacketBytes largest MQTT packet that is received where the site does not say
 * @param contextLength most tokens of prompt and answer together
 * @param temperature from when on the device is hot
 * @param governor what the device gives up to spare itself
 * @param http limits of what is told over HTTP
 * @param slots in the order in which they are asked whether they serve a task; at least one
 * @param tiers by the usable memory in bytes from which on each is meant; empty where memory
 *     changes nothing
 */
public record DeviceProfile(
    String name,
    String title,
    int priority,
    MatchRules match,
    ReferenceMachine machine,
    Optional<Integer> threads,
    boolean spinning,
    List<String> executionProviders,
    MemoryBudget memoryBudget,
    Optional<Pattern> powerMode,
    int maxPacketBytes,
    int contextLength,
    TemperatureLimits temperature,
    GovernorSettings governor,
    HttpSettings http,
    List<SlotProfile> slots,
    NavigableMap<Long, DeviceProfile> tiers) {

  /** The execution provider that every machine has. */
  public static final String CPU = "cpu";

  /** The default slot's name, if the profile has it; else the first is the default. */
  private static final String DEFAULT_SLOT = "assistant";

  public DeviceProfile {
    slots = List.copyOf(slots);
    executionProviders = List.copyOf(executionProviders);
    tiers = Collections.unmodifiableNavigableMap(new TreeMap<>(tiers));
  }

  DeviceProfile withTiers(NavigableMap<Long, DeviceProfile> others) {
    return with(memoryBudget, others);
  }

  /** With a site's word on how much memory models may take, if it has one. */
  public DeviceProfile withBudget(Optional<String> site) {
    return with(site.map(MemoryBudget::new).orElse(memoryBudget), tiers);
  }

  private DeviceProfile with(MemoryBudget budget, NavigableMap<Long, DeviceProfile> others) {
    return new DeviceProfile(
        name,
        title,
        priority,
        match,
        machine,
        threads,
        spinning,
        executionProviders,
        budget,
        powerMode,
        maxPacketBytes,
        contextLength,
        temperature,
        governor,
        http,
        slots,
        others);
  }

  /** What it says for a machine: the tier for its memory. */
  public DeviceProfile on(Hardware target) {
    return withMemory(target.usableMemoryBytes());
  }

  /** What it says for machines with so much usable memory. */
  public DeviceProfile withMemory(long bytes) {
    return tiers.isEmpty() ? this : tiers.floorEntry(Math.max(0, bytes)).getValue();
  }

  private SlotProfile defaultSlot() {
    return slots.stream()
        .filter(slot -> slot.name().equals(DEFAULT_SLOT))
        .findFirst()
        .orElse(slots.get(0));
  }

  /**
   * The slot that a model goes into which somebody wants to try: the default one, if that plugin
   * runs it; else the first that has the plugin.
   *
   * @param plugin the plugin that runs the model
   */
  public Optional<SlotProfile> slotOf(String plugin) {
    return Stream.concat(Stream.of(defaultSlot()), slots.stream())
        .filter(slot -> slot.plugin().equals(plugin))
        .findFirst();
  }

  /**
   * Which variants to prefer of a model: as the slot says that names the model, or else the default
   * slot.
   */
  public List<String> variantsOf(String model) {
    return slots.stream()
        .filter(slot -> slot.model().name().equals(model))
        .findFirst()
        .orElse(defaultSlot())
        .variants();
  }

  /**
   * By what the device spares itself.
   *
   * @param limits the site's, that go before the profile's
   * @param settings the site's, likewise
   * @throws ProfileException if profile and site do not go together
   */
  public GovernorPlan governing(TemperatureLimits limits, GovernorSettings settings)
      throws ProfileException {
    try {
      return new GovernorPlan(temperature.over(limits).policy(), governor.over(settings).rules());
    } catch (IllegalArgumentException e) {
      throw new ProfileException(String.valueOf(e.getMessage()));
    }
  }

  /** Threads that one inference may use on this machine: never more than there are cores. */
  public int threadsOn(Hardware target) {
    return Math.min(threads.orElse(target.usableCores()), target.usableCores());
  }
}
