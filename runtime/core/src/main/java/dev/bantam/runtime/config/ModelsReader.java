package dev.bantam.runtime.config;

import dev.bantam.documents.Section;
import dev.bantam.models.GarbageRule;
import dev.bantam.models.PullSettings;
import dev.bantam.models.source.AllowedSources;
import dev.bantam.models.source.NetworkSettings;
import dev.bantam.models.source.NetworkSettings.HubSettings;
import dev.bantam.models.source.NetworkSettings.Login;
import dev.bantam.models.source.Secret;
import dev.bantam.models.trust.KeyFile;
import dev.bantam.models.trust.TrustedKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the section {@code models} and the keys of {@code plugins}, which have passed {@link
 * TrustChecks}.
 *
 * @param folder where relative paths start
 */
record ModelsReader(Path folder) {

  ModelsConfig read(Section models) {
    return new ModelsConfig(
        path(models, "folder"),
        models.texts("catalogs").orElse(List.of()).stream().map(this::path).toList(),
        new PullSettings(
            AllowedSources.of(models.texts("sources").orElse(List.of())),
            keys(models, "models"),
            models.flag("require_signed", false),
            models.has("allow_downgrade")
                ? Optional.of(models.flag("allow_downgrade", false))
                : Optional.empty(),
            network(models)),
        models.integer("keep").orElse(GarbageRule.KEEP));
  }

  /** Whose signature jars of plugins need; empty if they need none. */
  Optional<TrustedKeys> pluginSigners(Section plugins) {
    return plugins.flag("require_signed", false)
        ? Optional.of(keys(plugins, "plugins"))
        : Optional.empty();
  }

  private TrustedKeys keys(Section section, String name) {
    Section listed = section.section("trusted_keys");
    Map<String, PublicKey> keys = new LinkedHashMap<>();
    for (String id : listed.keys()) {
      try {
        keys.put(id, KeyFile.readPublic(path(listed.section(id).required("file"))));
      } catch (IOException e) {
        throw new UncheckedIOException("changed since it was checked", e);
      }
    }
    return new TrustedKeys(keys, name + ".trusted_keys");
  }

  private NetworkSettings network(Section models) {
    Section hub = models.section("hub");
    Section registries = models.section("registries");
    Map<String, Login> logins = new LinkedHashMap<>();
    for (String host : registries.keys()) {
      Section login = registries.section(host);
      secret(login, "password")
          .ifPresent(password -> logins.put(host, new Login(login.required("username"), password)));
    }
    return new NetworkSettings(
        path(models, "ca_file"),
        new HubSettings(hub.text("endpoint"), secret(hub, "token")),
        logins);
  }

  private Optional<Secret> secret(Section section, String name) {
    return path(section, name + "_file")
        .map(Secret::inFile)
        .or(() -> section.text(name + "_env").map(Secret::inVariable));
  }

  private Optional<Path> path(Section section, String key) {
    return section.text(key).map(this::path);
  }

  private Path path(String text) {
    return folder.resolve(text).normalize();
  }
}
