// SPDX-License-Identifier: Apache-2.0
/** How a host and its apps are doing: a look that changes nothing and asks no repository. */
@NullMarked
package dev.reconcile.status;

import org.jspecify.annotations.NullMarked;
