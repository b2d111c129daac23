package dev.bantam.runtime.cli.up;

import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.ModelKind;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.VariantChoice;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.model.KindPlugin;
import dev.bantam.runtime.cli.model.PullProgress;
import dev.bantam.runtime.cli.terminal.ProgressBar;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.config.SlotOverride;
import dev.bantam.runtime.profile.DevicePlanner;
import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.DeviceProfiles;
import dev.bantam.runtime.profile.Hardware;
import dev.bantam.runtime.profile.HardwareProbe;
import dev.bantam.runtime.profile.PlannedSlot;
import dev.bantam.runtime.profile.ProfileException;
import dev.bantam.runtime.profile.SlotProfile;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Sees to it that the models a runtime will load are installed. Blocking. */
final class ModelPreparation {

  private final CliContext context;
  private final ModelRepository models;
  private final DeviceProfile profile;
  private final Hardware machine = HardwareProbe.thisMachine();

  /**
   * @param profileName as the command line or the site names it; empty to choose by the hardware
   */
  ModelPreparation(CliContext context, ModelRepository models, Optional<String> profileName)
      throws ProfileException {
    this.context = context;
    this.models = models;
    this.profile = DeviceProfiles.load().resolve(profileName, machine);
  }

  /** The device profile that is used. */
  DeviceProfile profile() {
    return profile;
  }

  /**
   * A model that the user has chosen, and where it goes.
   *
   * @param slot whose plugin runs models of its kind
   */
  record Choice(String slot, ModelReference model) {}

  /**
   * The model that {@code --model} means, installed: one of the repository or the catalog, or a
   * file that is imported first.
   *
   * @throws ProfileException if no slot of the profile runs models of its kind
   */
  Choice chosen(String fileOrReference) throws ModelException, ProfileException {
    ModelReference model = model(fileOrReference);
    List<String> variants = profile.variantsOf(model.name());
    ensure(model, variants);
    ModelKind kind = ModelKind.of(models.resolve(model, variants));
    SlotProfile slot = slotFor(kind, model);
    context
        .terminal()
        .line(
            "      %s goes to slot %s, whose plugin %s runs %s"
                .formatted(model, slot.name(), slot.plugin(), KindPlugin.plural(kind)));
    return new Choice(slot.name(), model);
  }

  private SlotProfile slotFor(ModelKind kind, ModelReference model) throws ProfileException {
    return profile
        .slotOf(KindPlugin.of(kind))
        .orElseThrow(
            () ->
                new ProfileException(
                    "%s is one of the %s, which plugin %s runs, and device profile %s has no slot with it; take another model, or by --profile a profile that has one"
                        .formatted(
                            model, KindPlugin.plural(kind), KindPlugin.of(kind), profile.name())));
  }

  private ModelReference model(String fileOrReference) throws ModelException {
    Path file = Path.of(fileOrReference);
    if (!Files.isRegularFile(file) && !looksLikeFile(fileOrReference)) {
      return reference(fileOrReference);
    }
    String name = nameFor(file);
    InstalledModel model =
        models.importFile(
            file,
            name,
            ModelRepository.usualQuantization(file, profile.variantsOf(name)),
            (step, done, total) ->
                context
                    .terminal()
                    .progress(
                        step.startsWith("sha256") ? "checking sha256" : "importing",
                        new ProgressBar(done, total, 0)));
    context.terminal().endProgress();
    return model.reference();
  }

  private static boolean looksLikeFile(String text) {
    return text.contains("/") || text.toLowerCase(Locale.ROOT).endsWith(".gguf");
  }

  private static ModelReference reference(String text) throws ModelException {
    try {
      return ModelReference.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          Kind.USAGE, "--model: there is no such file, and %s".formatted(e.getMessage()), e);
    }
  }

  /** A model's name made of a file's. */
  static String nameFor(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String bare = name.endsWith(".gguf") ? name.substring(0, name.length() - 5) : name;
    String clean = bare.replaceAll("[^a-z0-9._-]+", "-").replaceAll("^[^a-z0-9]+", "");
    return clean.isEmpty() ? "model" : clean;
  }

  private String ensure(PlannedSlot planned) throws ModelException {
    ModelReference model = planned.slot().model();
    String done = ensure(model, planned.order());
    String taken = models.resolve(model, planned.order()).reference().variant().orElse("");
    return done
        + planned
            .chosen()
            .map(option -> planned.reason())
            .or(() -> VariantChoice.reason(taken, planned.order()))
            .map(why -> "; " + why)
            .orElse("");
  }

  /**
   * Prepares the models of all slots as far as they can be had, in their order, and says what was
   * done for each, or why it cannot be had.
   *
   * @param lead what its lines begin with
   * @param orNone whether it may be that none can be had
   * @return the slots whose models cannot be had, with why
   * @throws ModelException why the first model cannot be had, if none can and one must
   */
  Map<String, String> ensureWhatCanBeHad(SiteConfig site, String lead, boolean orNone)
      throws ModelException, ProfileException {
    List<PlannedSlot> plans = plans(site);
    Map<String, String> missing = new LinkedHashMap<>();
    ModelException first = null;
    for (PlannedSlot plan : plans) {
      try {
        context.terminal().line(lead + ensure(plan));
      } catch (ModelException e) {
        if (!canDoWithout(e.kind())) {
          throw e;
        }
        first = first == null ? e : first;
        missing.put(plan.slot().name(), String.valueOf(e.getMessage()));
        context.terminal().endProgress();
        context
            .terminal()
            .line(
                "%sslot %s has no model for now: %s"
                    .formatted(lead, plan.slot().name(), e.getMessage()));
      }
    }
    if (first != null && !orNone && missing.size() == plans.size()) {
      throw first;
    }
    return missing;
  }

  /** By what is installed; where a slot has nothing, by what the catalog says of its variants. */
  private List<PlannedSlot> plans(SiteConfig site) throws ProfileException {
    List<PlannedSlot> plans = plans(new DevicePlanner(models::variants), site);
    return plans.stream().noneMatch(slot -> slot.options().isEmpty())
        ? plans
        : plans(new DevicePlanner(models::variants, models.catalog(), false), site);
  }

  private List<PlannedSlot> plans(DevicePlanner planner, SiteConfig site) throws ProfileException {
    return planner.plan(profile.withBudget(site.memoryBudget()), machine, site.slots()).slots();
  }

  /** Whether the model of a slot is here, without looking into it. */
  boolean hasAny(SiteConfig site) {
    return profile.slots().stream()
        .map(
            slot ->
                Optional.ofNullable(site.slots().get(slot.name()))
                    .flatMap(SlotOverride::model)
                    .orElse(slot.model()))
        .anyMatch(this::isHere);
  }

  private boolean isHere(ModelReference model) {
    try {
      return isInstalled(model);
    } catch (ModelException e) {
      return false;
    }
  }

  private static boolean canDoWithout(Kind kind) {
    return switch (kind) {
      case UNREACHABLE, CORRUPT, DISK_FULL, NOT_INSTALLED, LICENSE, IO -> true;
      case NOT_IN_CATALOG, MALFORMED, UNSUPPORTED, LOCKED, IN_USE, USAGE, INTERRUPTED, UNTRUSTED ->
          false;
    };
  }

  /**
   * Installs a model of the catalog where it is not there, or again where an older Bantam imported
   * it; any other must be installed.
   *
   * @return what was done, in a few words
   */
  private String ensure(ModelReference reference, List<String> variants) throws ModelException {
    if (isInstalled(reference)) {
      return models.isUpToDate(reference)
          ? installed(reference, variants)
          : renew(reference, variants);
    }
    if (models.catalog().find(reference.name()).isEmpty()) {
      return installed(reference, variants);
    }
    context.terminal().line("      %s is not installed; pulling it".formatted(reference));
    pull(reference, variants);
    return installed(reference, variants) + ", sha256 verified";
  }

  /** A newer Bantam imports better; the file it needs for that is at the model's source. */
  private String renew(ModelReference reference, List<String> variants) throws ModelException {
    ModelReference full = models.resolve(reference, variants).reference();
    boolean pullable =
        models.catalog().find(full.name()).filter(e -> e.reference().matches(full)).isPresent();
    if (!pullable) {
      return installed(reference, variants)
          + "; an older Bantam imported it, and a new import may be faster or more exact: bantam model import FILE --name "
          + full.name();
    }
    context
        .terminal()
        .line(
            "      %s was imported by an older Bantam; fetching and importing it again"
                .formatted(full));
    pull(full, variants);
    return models.isUpToDate(reference)
        ? installed(reference, variants) + ", imported again"
        : installed(reference, variants)
            + " as the older Bantam imported it, for its source is out of reach now; the next start tries again";
  }

  private void pull(ModelReference reference, List<String> variants) throws ModelException {
    models.pull(reference.toString(), variants, new PullProgress(context.terminal()));
    context.terminal().endProgress();
  }

  private String installed(ModelReference reference, List<String> variants) throws ModelException {
    return models.resolve(reference, variants).reference() + " is installed";
  }

  private boolean isInstalled(ModelReference reference) throws ModelException {
    try {
      models.resolve(reference);
      return true;
    } catch (ModelException e) {
      if (e.kind() == Kind.NOT_INSTALLED || e.kind() == Kind.CORRUPT) {
        return false;
      }
      throw e;
    }
  }
}
