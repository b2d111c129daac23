package dev.bantam.simulator.device;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.scenario.DeviceSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A device's {@code BANTAM_HOME}, with its {@code bantam.yaml}: state of its own, and models that
 * are links to those that all devices share.
 *
 * @param folder the home
 */
record DeviceHome(Path folder) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MODELS = "models";

  /**
   * Fills a folder.
   *
   * @param broker where the device connects to
   * @param shared the home whose models it gets
   */
  static DeviceHome create(Path folder, DeviceSpec spec, BrokerAccess broker, Path shared)
      throws IOException {
    DeviceHome home = new DeviceHome(folder);
    Files.createDirectories(home.temporary());
    home.linkModels(shared.resolve(MODELS));
    Files.write(home.configuration(), JSON.writeValueAsBytes(home.configuration(spec, broker)));
    return home;
  }

  Path configuration() {
    return folder.resolve("bantam.yaml");
  }

  Path temporary() {
    return folder.resolve("tmp");
  }

  /** Its own folder of installed models. */
  Path models() {
    return folder.resolve(MODELS);
  }

  private void linkModels(Path shared) throws IOException {
    Files.createDirectories(models());
    if (!Files.isDirectory(shared)) {
      return;
    }
    try (Stream<Path> all = Files.walk(shared)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path relative = shared.relativize(file);
        if (relative.toString().startsWith(".")) {
          continue; // locks and half downloads of the shared folder's own
        }
        Path link = models().resolve(relative);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, file.toRealPath());
      }
    }
  }

  /** JSON is YAML. */
  private Map<String, Object> configuration(DeviceSpec spec, BrokerAccess broker)
      throws IOException {
    Map<String, Object> mqtt = new LinkedHashMap<>();
    mqtt.put("url", "%s://%s".formatted(broker.tls() ? "mqtts" : "mqtt", broker));
    broker.caFile().ifPresent(file -> mqtt.put("ca_file", file.toAbsolutePath().toString()));
    broker.username().ifPresent(user -> mqtt.put("username", user));
    if (broker.password().isPresent()) {
      mqtt.put("password_file", secret(broker.password().get()).toString());
    }
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("device", spec.id());
    if (!spec.fleet().isEmpty()) {
      config.put("fleet", spec.fleet());
    }
    if (spec.profile().isPresent()) {
      config.put("profile", profile(spec, spec.profile().get()));
    }
    config.putAll(spec.config());
    if (spec.config().get("mqtt") instanceof Map<?, ?> own) {
      own.forEach((key, value) -> mqtt.putIfAbsent(String.valueOf(key), value));
    }
    config.put("mqtt", mqtt);
    return config;
  }

  private Path secret(String password) throws IOException {
    Path file = folder.resolve("password");
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, password + "\n");
  }

  private String profile(DeviceSpec spec, String name) throws IOException {
    if (!DeviceSpec.isFile(name)) {
      return name;
    }
    Path copy = folder.resolve("profile.yaml");
    try (InputStream in =
        spec.attachments()
            .open(name)
            .orElseThrow(() -> new IOException("there is no readable file " + name))) {
      Files.write(copy, in.readAllBytes());
    }
    return copy.toString();
  }

  /** The largest file among the blobs that a model's documents name, or of all. */
  private List<Path> blobs() throws IOException {
    Path blobs = models().resolve("blobs");
    if (!Files.isDirectory(blobs)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(blobs)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private String documents(String model) throws IOException {
    Path folderOfModel = models().resolve(model.split("[:@]", 2)[0]);
    StringBuilder text = new StringBuilder();
    if (Files.isDirectory(folderOfModel)) {
      try (Stream<Path> all = Files.walk(folderOfModel)) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          text.append(Files.readString(file));
        }
      }
    }
    return text.toString();
  }

  /**
   * The blob of a model with the most bytes: its weights, or its graph with the weights inside.
   *
   * @throws IOException if the model is not there
   */
  Path largestBlob(String model) throws IOException {
    String documents = documents(model);
    Path largest = null;
    for (Path blob : blobs()) {
      boolean named = documents.contains(String.valueOf(blob.getFileName()));
      if (named && (largest == null || Files.size(blob) > Files.size(largest))) {
        largest = blob;
      }
    }
    if (largest == null) {
      throw new IOException("the device has no model " + model);
    }
    return largest;
  }
}
