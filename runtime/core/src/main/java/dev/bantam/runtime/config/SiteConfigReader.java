package dev.bantam.runtime.config;

import dev.bantam.spi.ModelReference;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

  private static final long LEAST_PACKET = 1024;
  private static final long LARGEST_PACKET = 268_435_455;

  private final DocumentReader documents = new DocumentReader(SCHEMA);

  /** Reads a file, and checks that the files it names can be read. */
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

  private static ReadResult<SiteConfig> finish(ReadResult<YamlTree> document, Path folder) {
    if (document instanceof ReadResult.Invalid<YamlTree> invalid) {
      return new ReadResult.Invalid<>(invalid.problems());
    }
    YamlTree tree = ((ReadResult.Valid<YamlTree>) document).value();
    return new Decoding(Section.of(tree), folder).result();
  }

  /** One document on its way into a record. */
  private static final class Decoding {

    private final Section root;
    private final Path folder;
    private final List<Problem> problems = new ArrayList<>();

    Decoding(Section root, Path folder) {
      this.root = root;
      this.folder = folder;
    }

    ReadResult<SiteConfig> result() {
      Section mqtt = root.section("mqtt");
      Optional<URI> url = url(mqtt);
      Optional<Path> password = existing(mqtt, "password_file", false);
      Map<String, SlotOverride> slots = slots(root.section("slots"));
      List<Path> plugins = all(root.section("plugins"), "folders", true);
      List<Path> catalogs = all(root.section("models"), "catalogs", false);
      int maxPacketBytes = maxPacketBytes(mqtt);
      if (url.isEmpty() || !problems.isEmpty()) {
        return new ReadResult.Invalid<>(problems);
      }
      return new ReadResult.Valid<>(
          new SiteConfig(
              root.required("device"),
              mqtt(mqtt, url.get(), password, maxPacketBytes),
              root.text("profile").map(this::profile),
              path(root, "home"),
              path(root.section("models"), "folder"),
              catalogs,
              plugins,
              slots));
    }

    private Optional<URI> url(Section mqtt) {
      try {
        return Optional.of(BrokerUrl.parse(mqtt.required("url")));
      } catch (IllegalArgumentException e) {
        problems.add(mqtt.problem("url", String.valueOf(e.getMessage())));
        return Optional.empty();
      }
    }

    private MqttConfig mqtt(Section mqtt, URI url, Optional<Path> password, int maxPacketBytes) {
      MqttConfig defaults = MqttConfig.of(url);
      return new MqttConfig(
          url,
          mqtt.text("username"),
          password,
          maxPacketBytes,
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
          existing(slot, "prompts", true),
          slot.integer("context_length"),
          slot.integer("threads"),
          slot.integer("workers"),
          slot.integer("queue"),
          slot.duration("timeout"),
          slot.textsByKey("settings"));
    }

    private int maxPacketBytes(Section mqtt) {
      long bytes =
          mqtt.bytes("max_packet_bytes").orElse((long) MqttConfig.DEFAULT_MAX_PACKET_BYTES);
      if (bytes < LEAST_PACKET || bytes > LARGEST_PACKET) {
        problems.add(
            mqtt.problem(
                "max_packet_bytes",
                "must be from 1KiB to 268435455 bytes, MQTT's own limit, but it is %d bytes"
                    .formatted(bytes)));
      }
      return (int) Math.min(bytes, LARGEST_PACKET);
    }

    private List<Path> all(Section section, String key, boolean isFolder) {
      List<Path> paths = new ArrayList<>();
      for (String text : section.texts(key).orElse(List.of())) {
        Path path = folder.resolve(text).normalize();
        requireThere(section, key, path, isFolder);
        paths.add(path);
      }
      return paths;
    }

    /** A profile's name stays; what looks like a file is resolved as other paths are. */
    private String profile(String text) {
      return text.contains("/") || text.endsWith(".yaml") ? folder.resolve(text).toString() : text;
    }

    private Optional<Path> existing(Section section, String key, boolean isFolder) {
      Optional<Path> path = path(section, key);
      path.ifPresent(there -> requireThere(section, key, there, isFolder));
      return path;
    }

    private void requireThere(Section section, String key, Path path, boolean isFolder) {
      if (!(isFolder
          ? Files.isDirectory(path)
          : Files.isRegularFile(path) && Files.isReadable(path))) {
        problems.add(
            section.problem(
                key, "there is no %s %s".formatted(isFolder ? "folder" : "readable file", path)));
      }
    }

    private Optional<Path> path(Section section, String key) {
      return section.text(key).map(text -> folder.resolve(text).normalize());
    }
  }
}
