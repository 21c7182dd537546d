-- What whoever decided wrote about it, for the staff.
ALTER TABLE review_items ADD COLUMN note TEXT NOT NULL DEFAULT '';
