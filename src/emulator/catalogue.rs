//! The products that the emulated project sells. A fixed table: the product API is not emulated.

/// One product; the price is won for one piece.
pub(super) struct Product {
    pub id: &'static str,
    pub name: &'static str,
    pub price: i64,
}

const PRODUCTS: [Product; 6] = [
    Product { id: "6700000000000000000000a1", name: "Starter (월간)", price: 9_900 },
    Product { id: "6700000000000000000000a2", name: "Starter (연간)", price: 94_800 },
    Product { id: "6700000000000000000000b1", name: "Professional (월간)", price: 29_900 },
    Product { id: "6700000000000000000000b2", name: "Professional (연간)", price: 286_800 },
    Product { id: "6700000000000000000000c1", name: "Enterprise (월간)", price: 99_000 },
    Product { id: "6700000000000000000000c2", name: "Enterprise (연간)", price: 948_000 },
];

pub(super) fn product(id: &str) -> Option<&'static Product> {
    PRODUCTS.iter().find(|product| product.id == id)
}
