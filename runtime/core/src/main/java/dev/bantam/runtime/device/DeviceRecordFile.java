package dev.bantam.runtime.device;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.bantam.runtime.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a device's record lies: {@code device.json} in {@code BANTAM_HOME}.
 *
 * @param path the file
 */
public record DeviceRecordFile(Path path) {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceRecordFile.class);

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addModule(new Jdk8Module())
          .build();

  /** That of a home. */
  public static DeviceRecordFile in(Path home) {
    return new DeviceRecordFile(home.resolve("device.json"));
  }

  /** The record, if there is one that holds for this machine and this software. Blocking. */
  public Optional<DeviceRecord> read(Map<String, String> machine) {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    try {
      DeviceRecord found = JSON.readValue(path.toFile(), DeviceRecord.class);
      return Optional.of(found)
          .filter(record -> record.format() == DeviceRecord.FORMAT)
          .filter(record -> record.machine().equals(machine));
    } catch (IOException | NullPointerException e) {
      LOG.warn("{} cannot be read ({}); the self-test is made again", path, e.getMessage());
      return Optional.empty();
    }
  }

  /** Blocking. A record that cannot be written is made again at the next start. */
  public void write(DeviceRecord record) {
    try {
      WholeFile.write(path, JSON.writeValueAsBytes(record));
    } catch (IOException e) {
      LOG.warn("{} cannot be written: {}", path, e.toString());
    }
  }

  /** As the file has it. */
  public static Map<String, ?> fields(DeviceRecord record) {
    return JSON.convertValue(
        record, JSON.getTypeFactory().constructMapType(Map.class, String.class, Object.class));
  }
}
