package dev.bantam.runtime.config;

import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code bantam.yaml}. The smallest file is {@code device: NAME} and {@code mqtt: {url:
 * mqtt://host:port}}. Immutable; any thread; blocks on the file.
 */
public final class SiteConfigReader {

  /** The published JSON Schema, as a class-path resource. */
  public static final String SCHEMA = "/dev/bantam/runtime/config/bantam.schema.json";

  private final DocumentReader documents = new DocumentReader(SCHEMA);

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

  private static ReadResult<SiteConfig> finish(Document document, Path folder) {
    return document.finish(
        root -> SiteChecks.of(root, folder), root -> new Decoding(folder).site(root));
  }

  /**
   * Turns a document that has passed all checks into a record.
   *
   * @param folder where relative paths start
   */
  private record Decoding(Path folder) {

    SiteConfig site(Section root) {
      return new SiteConfig(
          root.required("device"),
          mqtt(root.section("mqtt")),
          root.text("profile").map(this::profile),
          path(root, "home"),
          path(root.section("models"), "folder"),
          paths(root.section("models"), "catalogs"),
          paths(root.section("plugins"), "folders"),
          slots(root.section("slots")));
    }

    private MqttConfig mqtt(Section mqtt) {
      MqttConfig defaults = MqttConfig.of(BrokerUrl.parse(mqtt.required("url")));
      return new MqttConfig(
          defaults.url(),
          path(mqtt, "ca_file"),
          mqtt.text("username"),
          path(mqtt, "password_file"),
          mqtt.bytes("max_packet_bytes").map(Math::toIntExact).orElse(defaults.maxPacketBytes()),
          mqtt.texts("reply_topics").orElse(defaults.replyTopics()),
          mqtt.flag("strict_rpc", defaults.strictRpc()),
          mqtt.duration("keep_alive").orElse(defaults.keepAlive()),
          mqtt.duration("session_expiry").orElse(defaults.sessionExpiry()));
    }

    private Map<String, SlotOverride> slots(Section slots) {
      Map<String, SlotOverride> overrides = new LinkedHashMap<>();
      slots.keys().forEach(name -> overrides.put(name, slot(slots.section(name))));
      return overrides;
    }

    private SlotOverride slot(Section slot) {
      return new SlotOverride(
          slot.text("model").map(ModelReference::parse),
          path(slot, "prompts"),
          slot.integer("context_length"),
          slot.integer("threads"),
          slot.integer("workers"),
          slot.integer("queue"),
          slot.duration("timeout"),
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
