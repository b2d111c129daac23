package dev.bantam.runtime.config;

import dev.bantam.documents.Document;
import dev.bantam.documents.DocumentReader;
import dev.bantam.documents.NearestName;
import dev.bantam.documents.Problem;
import dev.bantam.documents.ReadResult;
import dev.bantam.documents.Section;
import dev.bantam.models.Canaries;
import dev.bantam.runtime.governor.GovernorSettings;
import dev.bantam.runtime.governor.TemperatureLimits;
import dev.bantam.runtime.http.HttpSettings;
import dev.bantam.runtime.store.StoreSettings;
import dev.bantam.spi.ModelReference;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads {@code bantam.yaml}. The smallest file is {@code device: NAME} and {@code mqtt: {url:
 * mqtt://host:port}}. Immutable; any thread; blocks on the file.
 */
public final class SiteConfigReader {

  /** The published JSON Schema, as a class-path resource. */
  public static final String SCHEMA = "/dev/bantam/runtime/config/bantam.schema.json";

  /** What a check must know of device profiles, which are read elsewhere. */
  @FunctionalInterface
  public interface SlotNames {

    /**
     * The names of a profile's slots.
     *
     * @param profile a profile's name or file; empty for all that the device may turn out to be
     * @throws IllegalArgumentException naming the valid profiles, if this is none
     */
    Set<String> of(Optional<String> profile);
  }

  private final DocumentReader documents = new DocumentReader(SCHEMA);
  private final Optional<SlotNames> slotNames;

  /** Leaves the names of profile and slots to whoever makes slots of them. */
  public SiteConfigReader() {
    this.slotNames = Optional.empty();
  }

  /** Checks the names of profile and slots too. */
  public SiteConfigReader(SlotNames slotNames) {
    this.slotNames = Optional.of(slotNames);
  }

  /** Reads a file, and checks that the files and folders it names are there. */
  public ReadResult<SiteConfig> read(Path file) {
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    return finish(documents.read(file), folder);
  }

  /**
   * Reads a document from memory.
   *
   * @param name for messages
   * @param folder where relative paths start
   */
  public ReadResult<SiteConfig> read(String name, String text, Path folder) {
    return finish(documents.read(name, text), folder);
  }

  private ReadResult<SiteConfig> finish(Document document, Path folder) {
    return document.finish(
        root ->
            Stream.of(
                    SiteChecks.of(root, folder),
                    TrustChecks.of(root, folder),
                    BrokerChecks.of(root, folder),
                    RouteChecks.of(root, folder),
                    TemperatureLimits.problems(root),
                    GovernorSettings.problems(root),
                    HttpSettings.problems(root),
                    slotProblems(root, folder))
                .flatMap(List::stream)
                .toList(),
        root -> new Decoding(folder).site(root));
  }

  private List<Problem> slotProblems(Section root, Path folder) {
    if (slotNames.isEmpty()) {
      return List.of();
    }
    Optional<String> profile = root.text("profile").map(new Decoding(folder)::profile);
    try {
      Set<String> known = slotNames.get().of(profile);
      Section slots = root.section("slots");
      String where =
          profile.map(p -> "device profile " + p + " has").orElse("device profiles have");
      return slots.keys().stream()
          .filter(name -> !known.contains(name))
          .map(name -> slots.problem(name, where + " no such slot" + NearestName.hint(name, known)))
          .toList();
    } catch (IllegalArgumentException e) {
      return List.of(root.problem("profile", String.valueOf(e.getMessage())));
    }
  }

  /**
   * Turns a document that has passed all checks into a record.
   *
   * @param folder where relative paths start
   */
  private record Decoding(Path folder) {

    /** Until it has started, and its port is known. */
    private static final URI OWN_BROKER = URI.create("mqtt://127.0.0.1:1883");

    SiteConfig site(Section root) {
      return new SiteConfig(
          root.required("device"),
          root.texts("fleet").orElse(List.of()),
          mqtt(root.section("mqtt")),
          root.has("broker") ? Optional.of(broker(root.section("broker"))) : Optional.empty(),
          root.text("profile").map(this::profile),
          path(root, "home"),
          new ModelsReader(folder).read(root.section("models")),
          paths(root.section("plugins"), "folders"),
          new ModelsReader(folder).pluginSigners(root.section("plugins")),
          store(root.section("store")),
          TemperatureLimits.of(root),
          GovernorSettings.of(root),
          HttpSettings.of(root),
          root.text("memory_budget"),
          path(root, "native_libraries"),
          slots(root.section("slots")),
          new RouteReader(folder).read(root));
    }

    private BrokerConfig broker(Section broker) {
      return BrokerConfig.of(
          broker.required("listen"),
          path(broker, "users_file"),
          path(broker, "certificate_file")
              .flatMap(
                  chain ->
                      path(broker, "key_file")
                          .map(key -> new BrokerConfig.Certificate(chain, key))));
    }

    private MqttConfig mqtt(Section mqtt) {
      List<URI> given = mqtt.oneOrMore("url").stream().map(BrokerUrl::parse).toList();
      List<URI> urls = given.isEmpty() ? List.of(OWN_BROKER) : given;
      MqttConfig defaults = MqttConfig.of(urls.get(0));
      return new MqttConfig(
          urls,
          security(mqtt),
          PacketLimit.of(mqtt),
          mqtt.texts("reply_topics").orElse(defaults.replyTopics()),
          mqtt.flag("strict_rpc", defaults.strictRpc()),
          mqtt.duration("keep_alive").orElse(defaults.keepAlive()),
          mqtt.duration("session_expiry").orElse(defaults.sessionExpiry()),
          mqtt.duration("telemetry").orElse(defaults.telemetry()));
    }

    private static StoreSettings store(Section store) {
      StoreSettings defaults = StoreSettings.DEFAULTS;
      Section answers = store.section("answers");
      Section spool = store.section("spool");
      return new StoreSettings(
          answers.bytes("max_bytes").orElse(defaults.answerBytes()),
          answers.duration("max_age").orElse(defaults.answerAge()),
          spool.bytes("max_bytes").orElse(defaults.spoolBytes()),
          spool.duration("max_age").orElse(defaults.spoolAge()),
          store.flag("sync", defaults.sync()));
    }

    private MqttSecurity security(Section mqtt) {
      Optional<ClientCertificate> pem =
          path(mqtt, "client_certificate_file")
              .flatMap(
                  certificate ->
                      path(mqtt, "client_key_file")
                          .map(key -> new ClientCertificate.Pem(certificate, key)));
      Optional<ClientCertificate> pkcs12 =
          path(mqtt, "client_keystore_file")
              .map(
                  file ->
                      new ClientCertificate.Pkcs12(file, source(mqtt, "client_keystore_password")));
      return new MqttSecurity(
          path(mqtt, "ca_file"),
          mqtt.text("username")
              .<TextSource>map(TextSource.Given::new)
              .or(() -> source(mqtt, "username")),
          source(mqtt, "password"),
          pem.or(() -> pkcs12));
    }

    /** Of the keys {@code name_file} and {@code name_env}. */
    private Optional<TextSource> source(Section mqtt, String name) {
      return path(mqtt, name + "_file")
          .<TextSource>map(file -> new TextSource.InFile("mqtt." + name + "_file", file))
          .or(
              () ->
                  mqtt.text(name + "_env")
                      .map(
                          variable ->
                              new TextSource.InVariable("mqtt." + name + "_env", variable)));
    }

    private Map<String, SlotOverride> slots(Section slots) {
      Map<String, SlotOverride> overrides = new LinkedHashMap<>();
      slots.keys().forEach(name -> overrides.put(name, slot(slots.section(name))));
      return overrides;
    }

    private SlotOverride slot(Section slot) {
      return new SlotOverride(
          slot.text("model").map(ModelReference::parse),
          slot.texts("variants"),
          path(slot, "prompts"),
          slot.integer("context_length"),
          slot.integer("threads"),
          slot.integer("workers"),
          slot.integer("queue"),
          slot.duration("timeout"),
          slot.number("min_tokens_per_second"),
          Canaries.of(slot.list("canaries")),
          slot.textsByKey("settings"));
    }

    /** A profile's name stays; what looks like a file is resolved as other paths are. */
    private String profile(String text) {
      return text.contains("/") || text.endsWith(".yaml") ? folder.resolve(text).toString() : text;
    }

    private Optional<Path> path(Section section, String key) {
      return section.text(key).map(text -> folder.resolve(text).normalize());
    }

    private List<Path> paths(Section section, String key) {
      return section.texts(key).orElse(List.of()).stream()
          .map(text -> folder.resolve(text).normalize())
          .toList();
    }
  }
}
