import { hkdfSync } from 'node:crypto';
import { type Cloud, cloudProfiles, clouds } from '@clientele/domain';

/** Where a cloud's people come to, and what its sessions, links and codes are made with. */
export interface CloudHost {
  cloud: Cloud;
  publicUrl: string;
  secret: string;
}

/** The clouds of an installation. The one place that tells one cloud's host from the other's. */
export interface CloudHosts {
  /** The clouds that have a host, in the order of the domain. */
  served: readonly Cloud[];
  /** A cloud's host. For one that this installation does not serve (any more): the address of the other, with keys of its own all the same. */
  of(cloud: Cloud): CloudHost;
  /** The cloud of a request, by its `Host` header. With one cloud every name is its; with two, a name that is neither's is the first one's. */
  cloudOf(host: string | undefined): Cloud;
}

export function createCloudHosts({ addresses, secret }: { addresses: Partial<Record<Cloud, string>>; secret: string }): CloudHosts {
  const served = clouds.filter((cloud) => addresses[cloud] !== undefined);
  const [first = 'public'] = served;
  const byHost = new Map(served.map((cloud) => [hostOf(addresses[cloud] ?? ''), cloud]));
  const hosts = new Map(
    clouds.map((cloud) => [cloud, { cloud, publicUrl: addresses[cloud] ?? addresses[first] ?? '', secret: secretOf(secret, cloud) }]),
  );
  return {
    served,
    of: (cloud) => hosts.get(cloud) as CloudHost,
    cloudOf: (host) => byHost.get(host?.toLowerCase() ?? '') ?? first,
  };
}

const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : '');

function secretOf(secret: string, cloud: Cloud): string {
  const { keysFor } = cloudProfiles[cloud];
  return keysFor ? Buffer.from(hkdfSync('sha256', secret, '', keysFor, 32)).toString('hex') : secret;
}
