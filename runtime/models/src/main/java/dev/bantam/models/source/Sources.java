package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.catalog.SourceSpec;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes sources of what catalogs and releases say.
 *
 * @param http patience with servers
 * @param network how they are reached
 * @param pythons commands to try for one that has pip
 * @param allowed the places that may be named; empty for any, where the site's owner names them
 */
record Sources(
    HttpSettings http,
    NetworkSettings network,
    List<String> pythons,
    Optional<AllowedSources> allowed) {

  private static final String RELEASE = "release.json";

  Sources {
    pythons = List.copyOf(pythons);
  }

  Sources within(AllowedSources others) {
    return new Sources(http, network, pythons, Optional.of(others));
  }

  /**
   * @throws ModelException UNTRUSTED if the place is not allowed
   */
  Source of(SourceSpec spec) throws ModelException {
    if (allowed.isPresent()) {
      allowed.get().require(spec);
    }
    if (spec instanceof SourceSpec.Pypi pypi) {
      return new PypiSource(pypi, pythons);
    }
    if (spec instanceof SourceSpec.Url url) {
      return web(new HttpTarget(uri(url), Optional.empty(), redirects()));
    }
    if (spec instanceof SourceSpec.LocalFile local) {
      return new FileSource(Path.of(local.file()).toAbsolutePath());
    }
    if (spec instanceof SourceSpec.ClassPath resources) {
      return new ClassPathSource(resources);
    }
    if (spec instanceof SourceSpec.Hub file) {
      return web(hub().target(file));
    }
    if (spec instanceof SourceSpec.Registry registry) {
      Address artifact = AllowedSources.parse(registry.describe());
      return new RegistrySource(artifact, network, HttpClients.of(http, network), http);
    }
    throw new IllegalStateException("no such source: " + spec);
  }

  /** See {@link Downloader#document}. */
  byte[] document(Address address, String suffix, int limit) throws ModelException {
    if (allowed.isPresent()) {
      allowed.get().require(address);
    }
    if (address.isFile()) {
      Address file = address.suffixed(suffix);
      if (allowed.isPresent()) {
        allowed.get().require(file);
      }
      return ShortFile.read(Path.of(file.path()), limit);
    }
    HttpDocuments documents = new HttpDocuments(HttpClients.of(http, network), http);
    if (address.isInRegistry()) {
      RegistryClient registry = RegistryClient.of(documents, address, network);
      return registry.document(registry.manifest().named(RELEASE + suffix), limit);
    }
    HttpTarget target =
        address.isInHub()
            ? hub().target(address.suffixed(suffix).inHub())
            : new HttpTarget(address.suffixed(suffix).uri(), Optional.empty(), redirects());
    return documents.get(target, limit);
  }

  private HttpSource web(HttpTarget target) throws ModelException {
    return new HttpSource(target, HttpClients.of(http, network), http);
  }

  private HubFiles hub() {
    return new HubFiles(network.hub(), System.getenv());
  }

  private Redirects redirects() {
    return allowed.map(Redirects::within).orElse(Redirects.FREE);
  }

  private static URI uri(SourceSpec.Url url) throws ModelException {
    try {
      URI uri = URI.create(url.url());
      if (("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
          && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new ModelException(
        Kind.UNREACHABLE, "\"%s\" is no https: or http: address".formatted(url.url()));
  }
}
