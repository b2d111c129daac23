package dev.bantam.runtime.cli.model;

import dev.bantam.models.InstalledModel;
import dev.bantam.models.InstalledVariant;
import dev.bantam.models.VariantError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
    fields.put("canaries", model.canaries().size());
    fields.put(
        "variants", model.variants().stream().map(variant -> fields(model, variant)).toList());
    return fields;
  }

  /** Of all variants, with their sizes. */
  static List<String> references(List<InstalledModel> models) {
    List<String> lines = new ArrayList<>();
    for (InstalledModel model : models) {
      for (InstalledVariant variant : model.variants()) {
        lines.add("%-44s %10s".formatted(model.reference(variant), megabytes(variant.size())));
      }
    }
    return lines;
  }

  private static Map<String, Object> fields(InstalledModel model, InstalledVariant variant) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("variant", variant.variant());
    fields.put("reference", model.reference(variant).toString());
    fields.put("architecture", variant.architecture());
    fields.put("parameters", variant.parameters());
    fields.put("context_length", variant.contextLength());
    variant.promptFormat().ifPresent(format -> fields.put("prompt_format", format));
    variant.error().ifPresent(error -> fields.put("error", fields(error)));
    fields.put("bytes", variant.size());
    Map<String, Object> files = new LinkedHashMap<>();
    variant
        .files()
        .forEach(
            (role, blob) -> files.put(role, Map.of("sha256", blob.sha256(), "bytes", blob.size())));
    fields.put("files", files);
    return fields;
  }

  private static Map<String, Object> fields(VariantError error) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("against", error.against());
    fields.put("mean_cosine", error.meanCosine());
    fields.put("least_cosine", error.leastCosine());
    fields.put("texts", error.texts());
    return fields;
  }

  /** {@code cosine to fp32 0.9951, least 0.9907, over 32 texts} */
  static String error(VariantError error) {
    return String.format(
        Locale.ROOT,
        "cosine to %s %.4f, least %.4f, over %d texts",
        error.against(),
        error.meanCosine(),
        error.leastCosine(),
        error.texts());
  }

  /** {@code 98.4 MB} */
  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
