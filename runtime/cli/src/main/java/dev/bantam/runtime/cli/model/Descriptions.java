package dev.bantam.runtime.cli.model;

import dev.bantam.models.InstalledModel;
import dev.bantam.models.InstalledVariant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Installed models as JSON objects and as text. */
final class Descriptions {

  private Descriptions() {}

  static Map<String, Object> fields(InstalledModel model) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", model.name());
    fields.put("version", model.version());
    fields.put("reference", model.reference().toString());
    fields.put("description", model.description());
    fields.put("license", model.license());
    fields.put("file", model.file());
    fields.put("installed_at", model.installedAt().toString());
    fields.put(
        "variants", model.variants().stream().map(variant -> fields(model, variant)).toList());
    return fields;
  }

  private static Map<String, Object> fields(InstalledModel model, InstalledVariant variant) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("variant", variant.variant());
    fields.put("reference", model.reference(variant).toString());
    fields.put("architecture", variant.architecture());
    fields.put("parameters", variant.parameters());
    fields.put("context_length", variant.contextLength());
    variant.promptFormat().ifPresent(format -> fields.put("prompt_format", format));
    fields.put("bytes", variant.size());
    Map<String, Object> files = new LinkedHashMap<>();
    variant
        .files()
        .forEach(
            (role, blob) -> files.put(role, Map.of("sha256", blob.sha256(), "bytes", blob.size())));
    fields.put("files", files);
    return fields;
  }

  /** {@code 98.4 MB} */
  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
