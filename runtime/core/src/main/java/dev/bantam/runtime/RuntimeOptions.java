package dev.bantam.runtime;

import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.device.DeviceRecord;
import dev.bantam.runtime.governor.SensorFiles;
import dev.bantam.runtime.tuning.Tuning;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a runtime is started with.
 *
 * @param site the site's configuration
 * @param models where the models are found
 * @param profile a device profile's name or file, over the site's word; empty for the site's word,
 *     else the hardware's
 * @param withoutSlots slots whose models cannot be had now: by name, why
 * @param pluginFolders further folders that hold one sub-folder of jars for each plugin
 * @param state folder for what is kept over a restart; empty to keep it in memory only
 * @param device what its self-test has found; empty if none was made
 * @param tuning by what was measured models are loaded; empty to load them as the profile says
 * @param sensors where it is read how the device is
 * @param vacancyRetry how long after the start a model that could not be had is asked for again;
 *     each time after that twice as long
 * @param drainLimit how long requests in flight may go on once the runtime stops
 * @param waitsForModels whether it starts although no slot has a model, and waits for one
 */
public record RuntimeOptions(
    SiteConfig site,
    ModelSource models,
    Optional<String> profile,
    Map<String, String> withoutSlots,
    List<Path> pluginFolders,
    Optional<Path> state,
    Optional<DeviceRecord> device,
    Optional<Tuning> tuning,
    SensorFiles sensors,
    Duration vacancyRetry,
    Duration drainLimit,
    boolean waitsForModels) {

  private static final Duration USUAL_VACANCY_RETRY = Duration.ofMinutes(1);

  public static final Duration DEFAULT_DRAIN_LIMIT = Duration.ofSeconds(20);

  public RuntimeOptions {
    withoutSlots = Map.copyOf(withoutSlots);
    pluginFolders = List.copyOf(pluginFolders);
  }

  /** Everything as the site says. */
  public static RuntimeOptions of(SiteConfig site, ModelSource models) {
    return new RuntimeOptions(
        site,
        models,
        Optional.empty(),
        Map.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        SensorFiles.thisMachine(System.getenv()),
        USUAL_VACANCY_RETRY,
        DEFAULT_DRAIN_LIMIT,
        false);
  }

  /** With another device profile than the site's. */
  public RuntimeOptions withProfile(Optional<String> other) {
    return with(draft -> draft.profile = other);
  }

  /** Where the models of these slots cannot be had now: by name, why. */
  public RuntimeOptions withoutSlots(Map<String, String> others) {
    return with(draft -> draft.withoutSlots = others);
  }

  /** With these folders of plugins beside the site's. */
  public RuntimeOptions withPluginFolders(List<Path> others) {
    return with(draft -> draft.pluginFolders = others);
  }

  /** With a folder for what is kept over a restart. */
  public RuntimeOptions withState(Path folder) {
    return with(draft -> draft.state = Optional.of(folder));
  }

  /** With what a self-test has found: models that the machine cannot run are left out. */
  public RuntimeOptions withDevice(Optional<DeviceRecord> record) {
    return with(
        draft -> {
          draft.device = record;
          draft.models = record.map(found -> TestedModels.of(models, found)).orElse(models);
        });
  }

  /** With what was measured on this machine. */
  public RuntimeOptions withTuning(Tuning measured) {
    return with(draft -> draft.tuning = Optional.of(measured));
  }

  /** With other sensors than the machine's own. */
  public RuntimeOptions withSensors(SensorFiles other) {
    return with(draft -> draft.sensors = other);
  }

  /** With another time until a model that could not be had is asked for again. */
  public RuntimeOptions withVacancyRetry(Duration other) {
    return with(draft -> draft.vacancyRetry = other);
  }

  /** With another time for requests in flight at the stop. */
  public RuntimeOptions withDrainLimit(Duration other) {
    return with(draft -> draft.drainLimit = other);
  }

  /** Where no slot has a model, waiting for one, or not starting. */
  public RuntimeOptions waitingForModels(boolean other) {
    return with(draft -> draft.waitsForModels = other);
  }

  private RuntimeOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** The components, to be changed before they are fixed again. */
  private static final class Draft {

    private final SiteConfig site;
    private ModelSource models;
    private Optional<String> profile;
    private Map<String, String> withoutSlots;
    private List<Path> pluginFolders;
    private Optional<Path> state;
    private Optional<DeviceRecord> device;
    private Optional<Tuning> tuning;
    private SensorFiles sensors;
    private Duration vacancyRetry;
    private Duration drainLimit;
    private boolean waitsForModels;

    Draft(RuntimeOptions from) {
      site = from.site;
      models = from.models;
      profile = from.profile;
      withoutSlots = from.withoutSlots;
      pluginFolders = from.pluginFolders;
      state = from.state;
      device = from.device;
      tuning = from.tuning;
      sensors = from.sensors;
      vacancyRetry = from.vacancyRetry;
      drainLimit = from.drainLimit;
      waitsForModels = from.waitsForModels;
    }

    RuntimeOptions options() {
      return new RuntimeOptions(
          site,
          models,
          profile,
          withoutSlots,
          pluginFolders,
          state,
          device,
          tuning,
          sensors,
          vacancyRetry,
          drainLimit,
          waitsForModels);
    }
  }
}
